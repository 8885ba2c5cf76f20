/** Who a client says it is. */
export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string };

/** What a client's subprotocols say about who it is. */
export type OfferedCredentials = Credentials | { readonly kind: 'none' } | { readonly kind: 'malformed' };

/** In front of base64url of the UTF-8 of a token. */
const bearerPrefix = 'rmq.bearer.';
/** In front of base64url of the UTF-8 of `username:password`. */
const basicPrefix = 'rmq.basic.';

/** The longest credentials, encoded. Characters; half of what Node takes for all headers together. */
const maxLength = 8_192;

/**
 * Credentials as a subprotocol to offer, since a browser's page cannot set headers. The proxy never selects it.
 * @throws RangeError for what cannot be sent; the message does not repeat it.
 */
export function credentialsSubprotocol(credentials: Credentials): string {
  const text =
    credentials.kind === 'bearer'
      ? bearerPrefix + toBase64Url(checked('token', credentials.token))
      : basicPrefix + toBase64Url(`${checkedName(credentials.username)}:${credentials.password}`);
  if (text.length <= maxLength) return text;
  throw new RangeError(`the credentials take ${text.length} characters: at most ${maxLength} can be sent`);
}

/** Finds credentials among the subprotocols that a client offered. More than one, or anything unreadable, is malformed. */
export function credentialsAmong(subprotocols: readonly string[]): OfferedCredentials {
  const [first, ...others] = subprotocols.filter(
    (name) => name.startsWith(bearerPrefix) || name.startsWith(basicPrefix),
  );
  if (first === undefined) return { kind: 'none' };
  if (others.length > 0 || first.length > maxLength) return { kind: 'malformed' };
  const bearer = first.startsWith(bearerPrefix);
  const text = fromBase64Url(first.slice((bearer ? bearerPrefix : basicPrefix).length));
  if (text === undefined || text === '') return { kind: 'malformed' };
  if (bearer) return { kind: 'bearer', token: text };
  return basicCredentials(text) ?? { kind: 'malformed' };
}

/** Splits `username:password` at the first colon (RFC 7617, section 2). @returns undefined without a username */
export function basicCredentials(text: string): Credentials | undefined {
  const colon = text.indexOf(':');
  return colon < 1 ? undefined : { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function checked(what: string, text: string): string {
  if (text !== '') return text;
  throw new RangeError(`the ${what} is empty: give one, or leave the option out`);
}

function checkedName(username: string): string {
  if (!username.includes(':')) return checked('username', username);
  throw new RangeError('the username has a colon in it: basic authentication cannot carry that');
}

function toBase64Url(text: string): string {
  const octets = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(octets).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
}

/** @returns undefined for anything that is not strictly base64url, without padding, of UTF-8 */
function fromBase64Url(text: string): string | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined; // atob would skip blanks
  try {
    const octets = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
