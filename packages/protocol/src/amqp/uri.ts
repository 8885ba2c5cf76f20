import { UsageError } from '../errors.ts';
import { formatParameters, parseParameters, type UriParameters } from './uri-parameters.ts';

export type { UriParameters };

/** What an `amqp:` or `amqps:` URI says. What it leaves out has RabbitMQ's defaults. */
export interface AmqpUri extends UriParameters {
  readonly tls: boolean;
  /** A name or an address, that of IPv6 without its brackets. @defaultValue localhost */
  readonly host: string;
  /** @defaultValue 5672, with TLS 5671 */
  readonly port: number;
  /** @defaultValue guest */
  readonly user: string;
  /** Not enumerable: logs, JSON and spreads do not have it. @defaultValue guest */
  readonly password: string;
  /** The path without its slash, `/` if there is none: `amqp://host` and `amqp://host/` alike. @defaultValue / */
  readonly vhost: string;
}

const PORTS = { plain: 5_672, tls: 5_671 } as const;
const SHAPE = /^(amqps?):\/\/(?:([^@/?#]*)@)?(\[[^\]/?#@]*\]|[^:/?#@[\]]*)(?::(\d*))?(?:\/([^/?#]*))?(?:\?([^#]*))?$/iu;

/**
 * Reads `amqp://user:password@host:port/vhost?heartbeat=10`. Reserved characters in user, password and vhost are
 * percent-encoded: the vhost `/a` is `/%2Fa`.
 * @throws UsageError `uri-invalid`, without the text of the URI, as it may hold a password
 */
export function parseAmqpUri(text: string): AmqpUri {
  const [whole, scheme = '', login, host = '', port, path, query] = SHAPE.exec(text) ?? [];
  if (whole === undefined) throw invalid('it is not like amqp://user:password@host:port/vhost?name=value');
  const tls = scheme.toLowerCase() === 'amqps';
  const { user, password } = parseLogin(login);
  const uri = {
    tls,
    host: decoded('host', host.startsWith('[') ? host.slice(1, -1) : host) || 'localhost',
    port: parsePort(port, tls),
    user,
    vhost: decoded('vhost', path ?? '') || '/',
    ...parseParameters(query ?? '', decoded),
  };
  return Object.defineProperty({ ...uri, password: '' }, 'password', { value: password, enumerable: false });
}

function parseLogin(login: string | undefined): { readonly user: string; readonly password: string } {
  if (login === undefined) return { user: 'guest', password: 'guest' };
  const colon = login.indexOf(':');
  if (colon === -1) return { user: decoded('user', login), password: 'guest' };
  return { user: decoded('user', login.slice(0, colon)), password: decoded('password', login.slice(colon + 1)) };
}

function parsePort(text: string | undefined, tls: boolean): number {
  if (text === undefined || text === '') return tls ? PORTS.tls : PORTS.plain;
  const port = Number(text);
  if (port < 1 || port > 65_535) throw invalid('its port is not from 1 to 65535');
  return port;
}

/** The name of the part is all that an error may tell. */
function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`its ${part} has a % that begins no percent-encoded UTF-8`);
  }
}

/** What is wrong with a URI. */
function invalid(why: string): UsageError {
  return new UsageError('uri-invalid', `the AMQP URI cannot be read: ${why}`);
}

/** Prints a URI for people and logs: with the user, never with the password. */
export function formatAmqpUri(uri: Omit<AmqpUri, 'password'>): string {
  const { tls, host, port, user, vhost } = uri;
  const name = encodeURIComponent(host);
  const shownHost = host.includes(':') ? `[${name.replaceAll('%3A', ':')}]` : name;
  const shownPort = port === (tls ? PORTS.tls : PORTS.plain) ? '' : `:${port}`;
  const path = vhost === '/' ? '' : `/${encodeURIComponent(vhost)}`;
  const query = formatParameters(uri);
  return `${tls ? 'amqps' : 'amqp'}://${encodeURIComponent(user)}@${shownHost}${shownPort}${path}${query}`;
}
