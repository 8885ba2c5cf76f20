import { createHash } from 'node:crypto';
import { connect, type RocketmqClient } from '@rmq/client/rocketmq';
import { dial } from '@rmq/transport-node';

/** Runs something with a client of ours that leaves nothing behind. */
export async function withClient<T>(nameServer: string, use: (client: RocketmqClient) => Promise<T>): Promise<T> {
  const client = await connect({ nameServers: [nameServer], dial });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** Compares by value. @throws Error that shows both */
export function same(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value, plain));
  if (a !== b) throw new Error(`${what}: expected ${String(b)}, found ${String(a)}`);
}

/** JSON knows no 64-bit numbers. */
function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** SHA-256 in hex. */
export function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
