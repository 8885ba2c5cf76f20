import { freePorts, type PortRange } from './free-ports.ts';

/** The ports one name server and one broker listen on. */
export interface Ports {
  readonly nameServer: number;
  /** The broker's listenPort. It also opens the one two below, for clients that want a VIP channel. */
  readonly broker: number;
  readonly ha: number;
}

/** Away from the defaults (9876, 10911), which may belong to a RocketMQ the developer runs. */
export const defaultPorts: PortRange = { from: 21_000, to: 21_999 };

const blockSize = 5;

/** Looks for free ports: name server, VIP, one unused, broker, HA, in this order. */
export async function clusterPorts(range: PortRange): Promise<Ports> {
  const first = await freePorts(blockSize, range);
  return { nameServer: first, broker: first + 3, ha: first + 4 };
}
