import { seededRandom } from '@rmq/testkit';
import type { Transport } from '@rmq/transport';
import { websocketDialer } from '@rmq/transport-websocket-proxy';
import { fakeWebSockets, overAll } from './support/fake-websocket.ts';
import type { FakeWebSocket } from './support/fake-websocket.ts';
import { turns } from './support/promises.ts';

/** Whatever happens in whatever order: handlers do not throw, everything settles, and both accounts agree. */

const unit = 131_072;
const window = 16 * unit;

afterEach(overAll);

interface World {
  readonly transport: Transport;
  readonly socket: FakeWebSocket;
  readonly below: (limit: number) => number;
  readonly promises: Promise<unknown>[];
  /** Bytes the fake proxy has sent, the reader has taken, and the proxy has acknowledged. */
  sent: number;
  taken: number;
  acknowledged: number;
  written: number;
}

async function world(seed: number): Promise<World> {
  const { WebSocket, made } = fakeWebSockets();
  const dialing = websocketDialer({ url: 'ws://proxy.example', WebSocket })({ host: 'broker', port: 1 });
  await turns();
  const [socket] = made;
  if (socket === undefined) throw new TypeError('no WebSocket was made');
  socket.open();
  socket.deliver(0);
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const transport = await dialing;
  return { transport, socket, below, promises: [], sent: 0, taken: 0, acknowledged: 0, written: 0 };
}

/** Reads with pauses, to the end. */
async function read(at: World): Promise<void> {
  try {
    for await (const chunk of at.transport.incoming) {
      at.taken += chunk.byteLength;
      await turns(at.below(8));
    }
  } catch {
    // A fault, as some of these runs have.
  }
}

/** What may happen, how often, and what it does. */
const happenings: readonly (readonly [weight: number, happen: (at: World) => void])[] = [
  [
    30,
    (at) => {
      const size = at.below(at.below(4) === 0 ? 3 * unit : 200);
      at.written += size;
      at.promises.push(at.transport.write([new Uint8Array(size), new Uint8Array(at.below(2) * 5)]));
    },
  ],
  [
    30,
    (at) => {
      const room = window - (at.sent - at.socket.acknowledgements * unit);
      const size = Math.min(1 + at.below(at.below(3) === 0 ? unit : 50), room);
      if (size === 0 || at.socket.closing) return;
      at.sent += size;
      at.socket.deliver(size);
    },
  ],
  [
    20,
    (at) => {
      if (at.socket.closing || at.socket.dataBytes - at.acknowledged < unit) return;
      at.acknowledged += unit;
      at.socket.acknowledge();
    },
  ],
  [1, (at) => at.promises.push(at.transport.end())],
];

function happen(at: World): void {
  let which = at.below(happenings.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, what] of happenings) {
    if (which < weight) {
      what(at);
      return;
    }
    which -= weight;
  }
}

/** How a run may be brought to its end. */
const endings: readonly ((at: World) => void)[] = [
  (at) => at.transport.abort(new Error('enough')),
  (at) => at.socket.deliver('text'),
  (at) => at.socket.deliver(unit * 17),
  (at) => at.socket.over(1000),
  (at) => at.socket.over(4499, 'reset'),
  (at) => at.socket.onerror?.({}),
  (at) => at.promises.push(Promise.resolve(at.transport[Symbol.asyncDispose]())),
];

test.each(Array.from({ length: 105 }, (_, seed) => seed))('run %d', async (seed) => {
  const at = await world(seed);
  const reading = seed % 5 === 0 ? undefined : read(at);
  for (let step = 0; step < 300; step += 1) {
    happen(at);
    if (at.below(3) === 0) await turns(at.below(5));
    const outstanding = at.socket.dataBytes - at.acknowledged;
    if (outstanding > window) throw new RangeError(`${outstanding} bytes are outstanding at step ${step}`);
    // One chunk may be in the reader's hands that it has not counted yet.
    const early = at.socket.acknowledgements * unit - at.taken;
    if (early > unit) throw new RangeError(`${early} bytes were acknowledged too early at step ${step}`);
  }
  endings[seed % endings.length]?.(at);
  at.socket.over(at.below(2) === 0 ? 1006 : 1000);
  await at.transport.closed;
  await reading;
  await Promise.allSettled(at.promises);
  expect(at.taken).toBeLessThanOrEqual(at.sent + unit * 17);
  await expect(at.transport.write([Uint8Array.of(1)])).rejects.toHaveProperty('message');
});
