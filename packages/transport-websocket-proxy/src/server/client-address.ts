import type { IncomingMessage } from 'node:http';
import { canonical, range } from './addresses.ts';
import type { Range } from './addresses.ts';

/** Whose `X-Forwarded-For` is believed. @throws TypeError for what is no address or range */
export function trustedRanges(patterns: readonly string[]): readonly Range[] {
  return patterns.map((pattern) => {
    const read = range(pattern);
    if (read === undefined) throw new TypeError(`trustedProxies: "${pattern}" is no address and no CIDR range`);
    return read;
  });
}

/** The address at the other end of a socket; one that is gone already no longer knows it. */
export function peerOf(socket: { readonly remoteAddress?: string | undefined }): string {
  return canonical((socket.remoteAddress ?? '').replace(/%.*$/, '')) ?? 'unknown'; // a zone says nothing to others
}

/**
 * Who asks: the peer, or, where that is a trusted proxy, the last in `X-Forwarded-For` that is none: whatever stands
 * further left was written by that client itself and may be a lie.
 */
export function clientOf({ socket, headers }: IncomingMessage, trusted: readonly Range[]): string {
  const peer = peerOf(socket);
  const isTrusted = (address: string): boolean => address !== 'unknown' && trusted.some((one) => one.has(address));
  if (!isTrusted(peer)) return peer;
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  for (const text of forwarded.reverse()) {
    const address = canonical(text.trim().replace(/^\[(.*)\]$/, '$1'));
    if (address === undefined) return peer; // what the trusted proxy wrote cannot be read: nothing left of it is better
    if (!isTrusted(address)) return address;
  }
  return peer;
}

/** What limits count as one client: an IPv4 address, or a /64 of IPv6, all of which one subscriber has to himself. */
export function clientKey(address: string): string {
  if (!address.includes(':')) return address;
  const [left = [], right] = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const zeros = right === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...(right ?? [])];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
