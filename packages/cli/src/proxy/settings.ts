import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { basic, bearer, type Authenticate, type ProxyOptions } from '@rmq/transport-websocket-proxy/server';
import { CommandFailed } from '../core/errors.ts';
import { type ProxyFlags, secretVariables } from './flags.ts';

/** How clients have to say who they are. */
export interface Guard {
  readonly authenticate: Authenticate | undefined;
  /** For people, e.g. `bearer token`. */
  readonly ways: readonly string[];
}

/** The proxy's options, with files read; `onEvent` is left to the caller. */
export async function proxyOptions(flags: ProxyFlags, guard: Guard): Promise<ProxyOptions> {
  const [cert, key, clientCa, ca, targetCert, targetKey] = await Promise.all(
    [flags.tlsCert, flags.tlsKey, flags.tlsClientCa, flags.targetCa, flags.targetCert, flags.targetKey].map(file),
  );
  const isSecure = cert !== undefined || key !== undefined || clientCa !== undefined;
  return {
    at: flags.listen,
    path: flags.path,
    allow: flags.allow,
    origins: flags.origin,
    authenticate: guard.authenticate,
    trustedProxies: flags.trustedProxy,
    tls: isSecure ? { cert, key, ca: clientCa, requireClientCertificate: clientCa !== undefined } : undefined,
    target: { tls: { ca, cert: targetCert, key: targetKey }, connectTimeoutMs: flags.connectTimeout },
    metrics: flags.metrics,
    ...limits(flags),
  };
}

function limits(flags: ProxyFlags): Partial<ProxyOptions> {
  return {
    handshakeTimeoutMs: flags.handshakeTimeout,
    idleTimeoutMs: flags.idleTimeout,
    pingIntervalMs: flags.pingInterval,
    closeTimeoutMs: flags.closeTimeout,
    drainTimeoutMs: flags.drainTimeout,
    maxConnections: flags.maxConnections,
    maxConnectionsPerClient: flags.maxConnectionsPerClient,
    maxConnectionsPerMinute: flags.maxConnectionsPerMinute,
    maxHandshakes: flags.maxHandshakes,
    maxMessageBytes: flags.maxMessageBytes,
    maxBytesPerSecond: flags.maxBytesPerSecond,
  };
}

/** Reads tokens and passwords. Any of them lets a client in. */
export async function guardOf(flags: ProxyFlags): Promise<Guard> {
  const tokens = await secrets(flags.tokenFile, secretVariables.token);
  const pairs = await secrets(flags.basicFile, secretVariables.basic);
  const checks = pairs.map((pair, index) => {
    const [, username, password] = /^([^:]+):(.+)$/.exec(pair) ?? [];
    if (username !== undefined && password !== undefined) return basic(username, password);
    throw new CommandFailed(`line ${index + 1} of the basic credentials is not USER:PASSWORD`);
  });
  if (tokens.length > 0) checks.push(bearer(tokens));
  const ways = [...(tokens.length > 0 ? ['bearer token'] : []), ...(pairs.length > 0 ? ['user and password'] : [])];
  return { ways, authenticate: checks.length === 0 ? undefined : anyOf(checks) };
}

/** All are asked, whoever says yes: how long it takes tells nothing. */
function anyOf(checks: readonly Authenticate[]): Authenticate {
  return async (request) => {
    const answers = await Promise.all(checks.map(async (check) => check(request)));
    return answers.find((answer) => answer !== false) ?? false;
  };
}

/** The lines of a file, or of a variable; blank ones and comments do not count. */
async function secrets(path: string | undefined, variable: string): Promise<readonly string[]> {
  const text = path === undefined ? process.env[variable] : await file(path);
  if (text === undefined) return [];
  const lines = text.split('\n').map((line) => line.trim());
  const found = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (found.length > 0) return found;
  throw new CommandFailed(`${path ?? variable} holds no secret: write one per line, or leave it out`);
}

async function file(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : String(cause);
    throw new CommandFailed(`${path} cannot be read (${code}): check the path, and who may read it`);
  }
}

/** What is risky about these flags, in sentences. */
export function warnings({ listen, tlsCert, origin, allow }: ProxyFlags, { authenticate }: Guard): readonly string[] {
  const isPublic = !/^127\./.test(listen.host) && listen.host !== '::1' && listen.host !== 'localhost';
  const open = isIP(listen.host) === 0 || isPublic ? `${listen.host} can be reached by other machines` : '';
  return [
    ...(isPublic && authenticate === undefined
      ? [`${open}, and there is no authentication: give --token-file or --basic-file`]
      : []),
    ...(isPublic && tlsCert === undefined
      ? [`${open}, and there is no TLS: give --tls-cert and --tls-key, or put a TLS server in front`]
      : []),
    ...(origin?.includes('*') && authenticate === undefined
      ? ['pages of every origin may connect without authentication: name the origins']
      : []),
    ...(allow.some((pattern) => /^(?:0\.0\.0\.0\/0|\[::\/0\]):/.test(pattern))
      ? ['every address is allowed as a target, inner ones included: name ranges']
      : []),
  ];
}
