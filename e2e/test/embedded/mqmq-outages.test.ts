import { type MqmqServer, startServer } from '@rmq/broker/mqmq';
import { connect, type MqmqClient } from '@rmq/client/mqmq';
import { dial, listen } from '@rmq/transport-node';
import { startTcpProxy, type TcpProxy } from '../../src/faults/tcp-proxy.ts';

/** What a put came to: the queue has it, has it not, or nobody knows. */
type Outcome = 'stored' | 'not stored' | 'unknown';

/** What networks do to connections, and how it ends. */
const outages: readonly { readonly name: string; readonly happen: (proxy: TcpProxy) => Promise<unknown> }[] = [
  { name: 'connections are reset', happen: (proxy) => Promise.resolve(proxy.reset()) },
  { name: 'connections are cut', happen: (proxy) => Promise.resolve(proxy.cut()) },
  {
    name: 'connections are reset in the middle of a frame',
    happen: async (proxy) => {
      proxy.set({ resetAfterBytes: 777 });
      await pause(50);
    },
  },
  {
    name: 'nothing gets through for a while',
    happen: async (proxy) => {
      proxy.set({ stalled: true });
      await pause(700);
    },
  },
  {
    name: 'nobody listens for a while',
    happen: async (proxy) => {
      await proxy.refuse();
      proxy.reset();
      await pause(300);
      await proxy.accept();
    },
  },
];

describe('mqmq goes on by itself, and tells the truth about each message, when', () => {
  let server: MqmqServer;
  let proxy: TcpProxy;
  let client: MqmqClient;

  beforeEach(async () => {
    server = await startServer({ listen });
    proxy = await startTcpProxy({ target: server.endpoint });
    client = await connect({ dial, address: `127.0.0.1:${proxy.endpoint.port.toString()}`, requestTimeoutMs: 500 });
  });
  afterEach(async () => {
    proxy.heal();
    await client.close();
    await proxy.close();
    await server.close();
  });

  it.each(outages)(
    '$name',
    async ({ happen }) => {
      const outcomes = new Map<string, Outcome>();
      const stop = new AbortController();
      const producers = Array.from({ length: 16 }, (_, each) => produce(client, outcomes, each, stop.signal));
      await pause(50);
      for (let round = 0; round < 3; round += 1) {
        await happen(proxy);
        proxy.heal();
        await client.put('after', 'it is there again', { timeoutMs: 10_000 }).catch(() => undefined);
        await pause(50);
      }
      stop.abort();
      await Promise.all(producers);
      await client.put('after', 'and for good', { timeoutMs: 10_000 });
      const stored = await drained(server);
      const told = (outcome: Outcome): string[] =>
        [...outcomes].flatMap(([name, each]) => (each === outcome ? [name] : []));
      expect(told('stored').filter((message) => !stored.includes(message))).toEqual([]);
      expect(told('not stored').filter((message) => stored.includes(message))).toEqual([]);
      expect(told('stored').length).toBeGreaterThan(100);
      expect(new Set(stored).size).toBe(stored.length); // nothing is put twice
    },
    60_000,
  );

  it('loops over a queue meet them', async () => {
    const received: string[] = [];
    const loop = (async () => {
      for await (const message of client.messages('q', { timeoutMs: 400 })) received.push(message.text());
    })();
    await using direct = await connect({ dial, address: `127.0.0.1:${server.endpoint.port.toString()}` });
    for (const { happen } of outages) {
      await happen(proxy);
      proxy.heal();
      const before = received.length;
      // One of them can be lost on its way, as a get has no acknowledgement.
      while (received.length === before) {
        await direct.put('q', 'm');
        await pause(50);
      }
    }
    await client.close();
    await loop;
    expect(received.length).toBeGreaterThanOrEqual(outages.length);
  }, 60_000);
});

async function produce(
  client: MqmqClient,
  outcomes: Map<string, Outcome>,
  producer: number,
  stop: AbortSignal,
): Promise<void> {
  for (let each = 0; !stop.aborted; each += 1) {
    const message = `${producer.toString()}-${each.toString()}`;
    try {
      await client.put('q', message);
      outcomes.set(message, 'stored');
    } catch (cause) {
      const mayBeDone = cause instanceof Error && 'mayBeDone' in cause ? cause.mayBeDone : true;
      outcomes.set(message, mayBeDone === false ? 'not stored' : 'unknown');
    }
    await pause(1);
  }
}

/** All that is in the queue, by a client that no fault hits. */
async function drained(server: MqmqServer): Promise<string[]> {
  await using client = await connect({ dial, address: `127.0.0.1:${server.endpoint.port.toString()}` });
  const messages: string[] = [];
  while ((server.info().Queues['q']?.NumMessages ?? 0) > 0) {
    messages.push((await client.get('q', { timeoutMs: 1_000 })).text());
  }
  return messages;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
