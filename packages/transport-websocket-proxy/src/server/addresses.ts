import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * One spelling per address: IPv6 compressed and in lower case (RFC 5952), IPv4 inside IPv6 (`::ffff:10.0.0.1`) as IPv4, so
 * that no other spelling gets past a rule. @returns undefined for what is no address, or has a zone (`fe80::1%eth0`)
 */
export function canonical(address: string): string | undefined {
  const version = isIP(address);
  if (version === 4) return address;
  if (version !== 6 || address.includes('%')) return undefined;
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(text) ?? [];
  if (high === undefined || low === undefined) return text;
  const value = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** A set of addresses. */
export interface Range {
  /** @param address - {@link canonical} */
  readonly has: (address: string) => boolean;
}

/**
 * `10.0.0.0/8`, `fd00::/8`, or one address.
 * @returns undefined for what is neither
 */
export function range(text: string): Range | undefined {
  const [, network = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = canonical(network);
  if (address === undefined) return undefined;
  // Of a range written as IPv4 inside IPv6 only the part behind the 96 common bits counts.
  const mapped = isIP(network) === 6 && isIP(address) === 4;
  const bits = isIP(address) === 4 ? 32 : 128;
  const length = digits === undefined ? bits : Number(digits) - (mapped ? 96 : 0);
  if (length < 0 || length > bits) return undefined;
  return ranges([[address, length]]);
}

function ranges(list: readonly (readonly [string, number])[]): Range {
  // Two lists: Node's own would take every IPv4 address for one inside ::/96 and the like.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const [network, length] of list) lists[family(network)].addSubnet(network, length, family(network));
  return { has: (address) => lists[family(address)].check(address, family(address)) };
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/** What no connection can sensibly go to: this host (RFC 1122, 3.2.1.3), multicast, reserved, broadcast. */
const nowhere = ranges([
  ['0.0.0.0', 8],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['ff00::', 8],
]);

/** This machine, by whatever interface it is not reached from outside. */
const loopback = ranges([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/** Networks behind the proxy rather than in front of it, after the special-purpose registries of RFC 6890. */
const inner = ranges([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carriers' own
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, and where clouds hand out credentials
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15], // benchmarks
  ['::', 96], // loopback, and IPv4-compatible addresses
  ['64:ff9b::', 96], // the next four have an IPv4 address inside, which may be an inner one
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
]);

/** @param address - {@link canonical} */
export function isNowhere(address: string): boolean {
  return nowhere.has(address);
}

/** @param address - {@link canonical} */
export function isInner(address: string): boolean {
  return inner.has(address);
}

/** @param address - {@link canonical} */
export function isLoopback(address: string): boolean {
  return loopback.has(address);
}

/**
 * Whether a connection to `address` would arrive at a server that listens on `bound`.
 * @param address - {@link canonical}
 * @param bound - the address really bound, as the server tells it
 */
export function reaches(address: string, bound: string): boolean {
  const own = canonical(bound);
  if (own === address) return true;
  if (own !== '0.0.0.0' && own !== '::') return false;
  return isLoopback(address) || interfaceAddresses().has(address);
}

/** This machine's addresses, asked anew each time: interfaces come and go. */
function interfaceAddresses(): Set<string | undefined> {
  return new Set(Object.values(networkInterfaces()).flatMap((list = []) => list.map((one) => canonical(one.address))));
}
