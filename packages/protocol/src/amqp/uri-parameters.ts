import { UsageError } from '../errors.ts';

/** What the query of an AMQP URI says, where it says it. */
export interface UriParameters {
  /** Seconds; 0: none. */
  readonly heartbeat?: number;
  readonly channelMax?: number;
  /** Bytes; 0: no limit. */
  readonly frameMax?: number;
  /** Milliseconds, as RabbitMQ's own clients count. */
  readonly connectionTimeout?: number;
  readonly locale?: string;
  /** What the connection is called in the management pages. */
  readonly name?: string;
  /** SASL mechanisms in order of preference: the parameter may come several times. */
  readonly mechanisms?: readonly string[];
  /** Files of the certificates to trust, of one's own, and of its key. */
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly verify?: 'verify_peer' | 'verify_none';
  /** The name that the server's certificate is asked for; `disable`: none is. */
  readonly serverName?: string;
  /** Parameters of other libraries, in order: whoever cannot honour them can say so. */
  readonly others?: readonly (readonly [name: string, value: string])[];
}

type ParameterName = Exclude<keyof UriParameters, 'others'>;

interface ParameterDef {
  /** How it is printed, and how else it is spelled. */
  readonly names: readonly string[];
  /** The largest number; without it, a text. */
  readonly max?: number;
  readonly oneOf?: readonly string[];
  readonly isList?: boolean;
}

/** Names as the Erlang client spells them first, then as those for JavaScript and Python do. */
const parameters: Readonly<Record<ParameterName, ParameterDef>> = {
  heartbeat: { names: ['heartbeat'], max: 0xffff },
  channelMax: { names: ['channel_max', 'channelMax'], max: 0xffff },
  frameMax: { names: ['frame_max', 'frameMax'], max: 0xffff_ffff },
  connectionTimeout: { names: ['connection_timeout'], max: 0x7fff_ffff },
  locale: { names: ['locale'] },
  name: { names: ['name'] },
  mechanisms: { names: ['auth_mechanism'], isList: true },
  caFile: { names: ['cacertfile'] },
  certFile: { names: ['certfile'] },
  keyFile: { names: ['keyfile'] },
  verify: { names: ['verify'], oneOf: ['verify_peer', 'verify_none'] },
  serverName: { names: ['server_name_indication'] },
};
const known = Object.entries(parameters);
/** What other libraries put secrets in, the password of a key for one. */
const SECRET = /pass|secret|token/iu;

/**
 * Reads a query.
 * @param decoded - undoes percent-encoding
 * @throws UsageError `uri-invalid` for a number that does not fit, a parameter that comes twice, or a secret
 */
export function parseParameters(query: string, decoded: (part: string, text: string) => string): UriParameters {
  const found: Record<string, unknown> = {};
  const [mechanisms, others]: [string[], [string, string][]] = [[], []];
  for (const pair of query === '' ? [] : query.split('&')) {
    const equals = pair.indexOf('=');
    const name = decoded('query', equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decoded('query', pair.slice(equals + 1));
    const [key, def] = known.find(([, { names }]) => names.includes(name)) ?? [];
    if (SECRET.test(name))
      throw invalid('', 'that is to be kept from others belongs into options, which nothing prints');
    if (key === undefined || def === undefined) others.push([name, value]);
    else if (def.isList === true) mechanisms.push(value);
    else if (key in found) throw invalid(name, 'comes twice');
    else found[key] = parseValue(name, value, def);
  }
  return {
    ...found,
    ...(mechanisms.length > 0 ? { mechanisms } : {}),
    ...(others.length > 0 ? { others } : {}),
  };
}

function parseValue(name: string, value: string, { max, oneOf }: ParameterDef): string | number {
  if (max === undefined) {
    if (oneOf?.includes(value) === false) throw invalid(name, `is none of ${oneOf.join(', ')}`);
    return value;
  }
  const number = Number(value);
  if (!/^\d+$/u.test(value) || number > max) throw invalid(name, `is not a whole number from 0 to ${max}`);
  return number;
}

/** Prints parameters as a query, empty if there are none. */
export function formatParameters(given: UriParameters): string {
  const values: Readonly<Record<string, unknown>> = { ...given };
  const pairs: string[] = [];
  for (const [key, { names }] of known) {
    const value = values[key];
    const [name = key] = names;
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof each === 'string' || typeof each === 'number') pairs.push(pair(name, String(each)));
    }
  }
  for (const [name, value] of given.others ?? []) pairs.push(pair(name, value));
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function pair(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

function invalid(name: string, why: string): UsageError {
  return new UsageError(
    'uri-invalid',
    `the AMQP URI cannot be read: its parameter ${name === '' ? '' : `${name} `}${why}`,
  );
}
