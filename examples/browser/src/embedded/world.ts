import { startBroker } from '@rmq/broker/rocketmq';
import type { EmbeddedBroker } from '@rmq/broker/rocketmq';
import { memoryNetwork } from '@rmq/transport';
import { openSession } from '../shared/session.ts';
import type { Session, SessionOptions } from '../shared/session.ts';

/** A broker and its client, in one page. */
export interface World {
  readonly broker: EmbeddedBroker;
  readonly session: Session;
  readonly stop: () => Promise<void>;
}

/** Starts both on a network that exists in memory alone. */
export async function startWorld(options: Omit<SessionOptions, 'dial' | 'nameServer'>): Promise<World> {
  const { dial, listen } = memoryNetwork();
  // A page is no place for 256 MiB of messages: the oldest go when these are full.
  const broker = await startBroker({ listen, maxStoreBytes: 64 * 2 ** 20, whenFull: 'evict' });
  const { host, port } = broker.nameServer;
  try {
    const session = await openSession({ ...options, dial, nameServer: `${host}:${port}` });
    return {
      broker,
      session,
      async stop() {
        await session.close();
        await broker.close();
      },
    };
  } catch (error) {
    await broker.close();
    throw error;
  }
}
