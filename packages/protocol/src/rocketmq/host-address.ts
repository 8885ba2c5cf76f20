import { UsageError } from '../errors.ts';

/** Where a message came from or is stored: an IPv4 or IPv6 address as text, without brackets, and a port. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

/** The longest run of zero groups, as RFC 5952 wants it shortened: [from, length]. A single zero stays. */
function longestZeroRun(groups: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [-1, 1];
  let from = 0;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === 0) continue;
    if (index - from > best[1]) best = [from, index - from];
    from = index + 1;
  }
  return best;
}

/**
 * An address as text: dotted for 4 bytes, RFC 5952 for 16.
 *
 * @param bytes - 4 or 16 bytes.
 */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  const [from, length] = longestZeroRun(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return from < 0 ? text(groups) : `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}

function parseV4(text: string): number[] | undefined {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/u.test(part) ? Number(part) : 256));
  return parts.length === 4 && parts.every((part) => part < 256) ? parts : undefined;
}

/** Groups on one side of `::` as bytes; a dotted IPv4 address may end it. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const dotted = index === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined;
    if (dotted !== undefined) bytes.push(...dotted);
    else if (/^[0-9a-f]{1,4}$/iu.test(part)) bytes.push(parseInt(part, 16) >> 8, parseInt(part, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}

function parseV6(text: string): number[] | undefined {
  const [head = '', tail, ...more] = text.split('::');
  const left = parseGroups(head);
  if (left === undefined || more.length > 0) return undefined;
  if (tail === undefined) return left.length === 16 ? left : undefined;
  const right = parseGroups(tail);
  if (right === undefined || left.length + right.length > 14) return undefined;
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
}

/**
 * The bytes of an IPv4 (4) or IPv6 (16) address. Never resolves names.
 *
 * @throws UsageError `name-invalid` on anything that is not an address.
 */
export function parseAddress(host: string): Uint8Array {
  const bytes = host.includes(':') ? parseV6(host) : parseV4(host);
  if (bytes === undefined) throw new UsageError('name-invalid', `"${host}" is not an IP address`);
  return Uint8Array.from(bytes);
}
