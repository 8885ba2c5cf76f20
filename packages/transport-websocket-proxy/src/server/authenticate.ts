import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { basicCredentials, credentialsAmong } from '../credentials.ts';
import type { Credentials, OfferedCredentials } from '../credentials.ts';

/** What a client shows of itself when it asks for a connection. */
export interface AuthenticationRequest {
  /** From the `Authorization` header, or else from the subprotocols; undefined when there are none. */
  readonly credentials: Credentials | undefined;
  /** The client's address. */
  readonly client: string;
  /** The page's origin; undefined when no browser asks. */
  readonly origin: string | undefined;
  /** All headers, e.g. for a session cookie. */
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the client has waited long enough, or left. */
  readonly signal: AbortSignal;
}

/** Yes or no; `user` is a yes that names who it is, for events. */
export type AuthenticationResult = boolean | { readonly user: string };

/** Decides whether a client may connect. What it throws counts as no (and is reported). */
export type Authenticate = (request: AuthenticationRequest) => AuthenticationResult | Promise<AuthenticationResult>;

/** Lets in who shows the token. Several may be given while one replaces another. Compared in constant time. */
export function bearer(tokens: string | readonly string[]): Authenticate {
  const matches = oneOf(typeof tokens === 'string' ? [tokens] : tokens);
  return ({ credentials }) => credentials?.kind === 'bearer' && matches(credentials.token);
}

/** Lets in who shows this name and password. Compared in constant time. */
export function basic(username: string, password: string): Authenticate {
  if (username === '' || username.includes(':')) throw new TypeError('a username is not empty and has no colon');
  if (password === '') throw new TypeError('the password is empty: give one');
  const matches = oneOf([`${username}:${password}`]);
  return ({ credentials }) =>
    credentials?.kind === 'basic' && matches(`${credentials.username}:${credentials.password}`) && { user: username };
}

/**
 * Compares digests under a key that nobody knows: equally long, and what their comparison might tell says nothing about
 * the secrets. All are compared, whichever matches.
 */
function oneOf(secrets: readonly string[]): (given: string) => boolean {
  if (secrets.length === 0 || secrets.includes(''))
    throw new TypeError('a token is empty: give at least one, of any text');
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const digests = secrets.map(digest);
  return (given) => {
    const own = digest(given);
    return digests.map((one) => timingSafeEqual(one, own)).includes(true);
  };
}

/** What a request says about who it is: by header, or else by subprotocol. */
export function credentialsOf(headers: IncomingHttpHeaders, subprotocols: readonly string[]): OfferedCredentials {
  const { authorization } = headers;
  if (authorization === undefined) return credentialsAmong(subprotocols);
  const [, scheme, value = ''] = /^(bearer|basic) +([^\s]+) *$/i.exec(authorization) ?? [];
  if (scheme === undefined) return { kind: 'malformed' };
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', token: value };
  return basicCredentials(Buffer.from(value, 'base64').toString('utf8')) ?? { kind: 'malformed' };
}
