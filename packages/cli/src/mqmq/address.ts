import { DEFAULT_ADDRESS } from '@rmq/client/mqmq';
import type { listen } from '@rmq/transport-node';

/** What can be listened on. */
export type Endpoint = Parameters<typeof listen>[0];

const MAX_PORT = 65_535;

/** The address to use: none is the default, as in the original. */
export function addressOf(text: string | undefined): string {
  return text === undefined || text === '' ? DEFAULT_ADDRESS : text;
}

/**
 * Where to listen: `host:port`, with IPv6 in brackets and without a host for all of this machine's addresses.
 * @returns undefined for what is no address
 */
export function endpointOf(address: string): Endpoint | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(address) ?? [];
  const port = Number(digits);
  return digits === undefined || port > MAX_PORT ? undefined : { host: bracketed ?? plain ?? '', port };
}
