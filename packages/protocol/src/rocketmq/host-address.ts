import { UsageError } from '../errors.ts';

/** What every runtime has of it, in so far as it is used here. */
declare class URL {
  constructor(url: string);
  readonly hostname: string;
}

/** Where a message came from or is stored: an IPv4 or IPv6 address as text, without brackets, and a port. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

/** An IPv6 address as RFC 5952 wants it, which is how URLs spell hosts. Throws for what is none. */
function canonicalV6(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

/**
 * An address as text: dotted for 4 bytes, RFC 5952 for 16.
 *
 * @param bytes - 4 or 16 bytes.
 */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  return canonicalV6(groups.map((group) => group.toString(16)).join(':'));
}

function parseV4(text: string): readonly number[] {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/u.test(text) ? text.split('.').map(Number) : [];
}

function parseV6(text: string): readonly number[] {
  try {
    const [left = [], right = []] = canonicalV6(text)
      .split('::')
      .map((side) => side.split(':'));
    const zeros = new Array<string>(8 - left.length - right.length).fill('');
    // Beside `::` stands an empty group.
    const groups = [...left, ...zeros, ...right].map((group) => parseInt(`0${group}`, 16));
    return groups.flatMap((group) => [group >> 8, group & 0xff]);
  } catch {
    return [];
  }
}

/**
 * The bytes of an IPv4 (4) or IPv6 (16) address. Never resolves names.
 *
 * @throws UsageError `name-invalid` on anything that is not an address.
 */
export function parseAddress(host: string): Uint8Array {
  const bytes = /^[\d:a-f.]*:[\d:a-f.]*$/iu.test(host) ? parseV6(host) : parseV4(host);
  if (bytes.length === 0 || bytes.some((byte) => byte > 0xff)) {
    throw new UsageError('name-invalid', `"${host}" is not an IP address`);
  }
  return Uint8Array.from(bytes);
}
