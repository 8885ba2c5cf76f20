import type { Endpoint } from '@rmq/transport';

/** Takes `host:port` (IPv6 in brackets) apart; undefined when it is no address. The host may be empty. */
export function parseAddress(address: string): Endpoint | undefined {
  const at = address.lastIndexOf(':');
  const port = Number(address.slice(at + 1));
  if (at < 0 || !/^\d{1,5}$/.test(address.slice(at + 1)) || port < 1 || port > 65_535) return undefined;
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port };
}
