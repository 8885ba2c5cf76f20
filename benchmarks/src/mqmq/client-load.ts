import { connect, type MqmqClient } from '@rmq/client/mqmq';
import { dial } from '@rmq/transport-node';
import { GET_TIMEOUT_MS, message, QUEUE } from './frames.ts';
import type { Load } from './raw-load.ts';

/** Asks so often through our client: one for each connection, and as many calls at a time as are to be under way. */
export async function clientLoad(port: number, load: Load): Promise<void> {
  const address = `127.0.0.1:${port.toString()}`;
  const all = Array.from({ length: load.connections }, () => connect({ address, dial }));
  const clients = await Promise.all(all);
  const share = Math.ceil(load.operations / load.connections / load.pipelined);
  await Promise.all(
    clients.flatMap((client) => Array.from({ length: load.pipelined }, () => ask(client, load, share))),
  );
  await Promise.all(clients.map((client) => client.close()));
}

/** Gets one at a time are those that wait; many at a time share a connection only when they do not. */
async function ask(client: MqmqClient, { job, pipelined }: Load, operations: number): Promise<void> {
  const options = pipelined === 1 ? { timeoutMs: GET_TIMEOUT_MS } : {};
  for (let each = 0; each < operations; each += 1) {
    if (job === 'put') await client.put(QUEUE, message);
    else await client.get(QUEUE, options);
  }
}
