import type { Endpoint } from '@rmq/transport';
import { codeOf } from './faults.ts';

/** What the kernel says where there is no way to a host. */
const noWay = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL']);

/**
 * Whether a dial was refused by a server or for want of a way there, which Bun both calls `ECONNREFUSED`. Connecting a
 * UDP socket asks the kernel for the way without sending anything.
 * @returns `refusal` itself, or the error that tells better
 */
export async function explained(refusal: unknown, { host, port }: Endpoint): Promise<unknown> {
  if (codeOf(refusal) !== 'ECONNREFUSED') return refusal;
  // Bound to an address of the same family, or IPv6 would always be out of reach.
  const hostname = host.includes(':') ? '::' : '0.0.0.0';
  try {
    const probe = await Bun.udpSocket({ hostname, connect: { hostname: host, port } });
    probe.close();
    return refusal;
  } catch (cause) {
    return noWay.has(codeOf(cause) ?? '') ? cause : refusal;
  }
}
