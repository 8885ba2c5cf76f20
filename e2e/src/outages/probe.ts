import { connect, type ConnectOptions, presets } from '@rmq/client/rocketmq';
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 50;

/** Tries a connection of its own and a send, again and again. @returns when the first one succeeded, epoch milliseconds */
export async function firstSuccess(
  options: Pick<ConnectOptions, 'nameServers' | 'dial'>,
  topic: string,
): Promise<number> {
  for (;;) {
    try {
      await using client = await connect({ ...presets.testing, ...options });
      await using producer = await client.producer({ group: 'probe', retries: 0, sendTimeoutMs: 500 });
      await producer.send({ topic, body: 'probe' });
      return Date.now();
    } catch {
      await pause(EVERY_MS);
    }
  }
}
