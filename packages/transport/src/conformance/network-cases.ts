import type { Transport } from '../transport.ts';
import { all, check, octets, passed, rejection, rejectionCode, sameBytes, send } from './check.ts';
import { networkCase, silentCase } from './case.ts';
import type { Case } from './case.ts';
import { connected, taken } from './harness.ts';
import type { Network } from './harness.ts';

/** An endpoint nobody listens on: one that was bound, and is no more. */
async function deserted({ listen, at }: Network): Promise<Network['at']> {
  const listener = await listen(at);
  await listener[Symbol.asyncDispose]();
  return listener.endpoint;
}

/** Dialing and listening. */
export const networkCases: readonly Case[] = [
  networkCase('listener: reports the port really bound, a new one for each port 0', async ({ listen, at }) => {
    const [one, two] = await Promise.all([listen({ ...at, port: 0 }), listen({ ...at, port: 0 })]);
    check(one.endpoint.port > 0 && two.endpoint.port > 0, 'ports are not 0');
    check(one.endpoint.port !== two.endpoint.port, 'ports differ');
    check(one.endpoint.host === at.host, 'the host is the one asked for');
    await Promise.all([one[Symbol.asyncDispose](), two[Symbol.asyncDispose]()]);
  }),
  networkCase('listener: keeps connections apart', async ({ dial, listen, at }) => {
    const listener = await listen(at);
    const dialed = await Promise.all([0, 1, 2].map(() => dial(listener.endpoint)));
    const sent = dialed.map((transport, index) => send(transport, octets(1, index)));
    const accepted: Transport[] = [];
    const seen: number[] = [];
    for await (const transport of listener.incoming) {
      accepted.push(transport);
      seen.push(...(await all(transport.incoming)));
      if (accepted.length === 3) break;
    }
    sameBytes(Uint8Array.from(seen).sort(), octets(3).sort());
    await Promise.all(sent);
    await Promise.all([...dialed, ...accepted].map((transport) => transport[Symbol.asyncDispose]()));
  }),
  networkCase(
    'listener: disposing ends its iteration and frees the port, twice if you like',
    async ({ dial, listen, at }) => {
      const listener = await listen(at);
      const next = listener.incoming[Symbol.asyncIterator]().next();
      await listener[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
      check((await next).done === true, 'the iteration is done');
      const code = await rejectionCode(dial(listener.endpoint), 'dialing a disposed listener');
      check(code === 'connect-refused', 'the code is connect-refused');
      const again = await listen(listener.endpoint);
      await again[Symbol.asyncDispose]();
    },
  ),
  networkCase('listener: disposing leaves accepted connections alone', async ({ dial, listen, at }) => {
    const listener = await listen(at);
    const { near, far } = await connected(dial, listener);
    await listener[Symbol.asyncDispose]();
    sameBytes(await passed(near, far, octets(10)), octets(10));
    await Promise.all([near[Symbol.asyncDispose](), far[Symbol.asyncDispose]()]);
  }),
  networkCase('listener: leaving its loop disposes it', async ({ dial, listen, at }) => {
    const listener = await listen(at);
    // The accepted end may be gone before the dialer has noticed, and with TLS 1.3 the dialer is ready before the listener
    // is: so the dialer's end is kept until the loop has been left.
    const dialed = dial(listener.endpoint).catch(() => undefined);
    for await (const transport of listener.incoming) {
      await transport[Symbol.asyncDispose]();
      break;
    }
    await (await dialed)?.[Symbol.asyncDispose]();
    const code = await rejectionCode(dial(listener.endpoint), 'dialing a listener that was left');
    check(code === 'connect-refused', 'the code is connect-refused');
  }),
  networkCase('listener: drops connections nobody took when it is disposed', async ({ dial, listen, at }) => {
    const listener = await listen(at);
    const near = await dial(listener.endpoint);
    await listener[Symbol.asyncDispose]();
    await all(near.incoming).catch(() => undefined);
    await near[Symbol.asyncDispose]();
  }),
  networkCase('listener: a port taken is address-in-use', async ({ listen, at }) => {
    const listener = await listen(at);
    check(
      (await rejectionCode(listen(listener.endpoint), 'listening twice')) === 'address-in-use',
      'the code is address-in-use',
    );
    await listener[Symbol.asyncDispose]();
  }),
  networkCase('listener: a port that is none is endpoint-invalid', async ({ listen, at }) => {
    const code = await rejectionCode(listen({ ...at, port: 65_536 }), 'listening on port 65536');
    check(code === 'endpoint-invalid', 'the code is endpoint-invalid');
  }),
  networkCase('dial: where nobody listens is connect-refused', async (network) => {
    const code = await rejectionCode(network.dial(await deserted(network)), 'dialing a port nobody listens on');
    check(code === 'connect-refused', 'the code is connect-refused');
  }),
  networkCase('dial: a signal already aborted rejects with its reason', async ({ dial, listen, at }) => {
    const listener = await listen(at);
    const giveUp = new AbortController();
    giveUp.abort(new Error('before'));
    const reason = await rejection(dial(listener.endpoint, { signal: giveUp.signal }), 'an aborted dial');
    check(reason === giveUp.signal.reason, 'the reason itself');
    await listener[Symbol.asyncDispose]();
  }),
  networkCase('dial: a signal aborted on the way rejects with its reason', async ({ dial, listen, at }) => {
    const listener = await listen(at);
    const giveUp = new AbortController();
    const dialing = rejection(dial(listener.endpoint, { signal: giveUp.signal }), 'an aborted dial');
    giveUp.abort(new Error('during'));
    check((await dialing) === giveUp.signal.reason, 'the reason itself');
    await listener[Symbol.asyncDispose]();
  }),
  networkCase('dial: a signal aborted afterwards changes nothing', async ({ dial, listen, at }) => {
    const listener = await listen(at);
    const giveUp = new AbortController();
    const accepted = listener.incoming[Symbol.asyncIterator]().next();
    const near = await dial(listener.endpoint, { signal: giveUp.signal });
    giveUp.abort(new Error('after'));
    const far = taken(await accepted);
    sameBytes(await passed(near, far, octets(10)), octets(10));
    await Promise.all([near, far, listener].map((one) => one[Symbol.asyncDispose]()));
  }),
  networkCase('dial: a signal aborted at any moment gives its reason or a connection', async (network) => {
    const { dial, listen, at } = network;
    const listener = await listen(at);
    const serving = gather(listener.incoming);
    for (let moment = 0; moment < 20; moment += 1) {
      const giveUp = new AbortController();
      const dialing = dial(listener.endpoint, { signal: giveUp.signal });
      const outcome = dialing.then(
        (transport) => transport[Symbol.asyncDispose](),
        (reason: unknown) => check(reason === giveUp.signal.reason, 'the reason itself'),
      );
      for (let turn = 0; turn < moment; turn += 1) await turnOfEvents();
      giveUp.abort(new Error('enough'));
      await outcome;
    }
    await (await dial(listener.endpoint))[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
    await Promise.all((await serving).map((transport) => transport[Symbol.asyncDispose]()));
  }),
  silentCase('dial: where nobody answers is connect-timeout', async ({ dial, silent }) => {
    const code = await rejectionCode(dial(silent), 'dialing an endpoint that never answers');
    check(code === 'connect-timeout', 'the code is connect-timeout');
  }),
  silentCase('dial: a signal aborted while nobody answers rejects with its reason', async ({ silent }, { dial }) => {
    const giveUp = new AbortController();
    const dialing = rejection(dial(silent, { signal: giveUp.signal }), 'an aborted dial');
    for (let turn = 0; turn < 10; turn += 1) await turnOfEvents();
    giveUp.abort(new Error('enough'));
    check((await dialing) === giveUp.signal.reason, 'the reason itself');
  }),
];

/** Takes connections, and keeps them until the listener is disposed: a reset could reach a dialer that is not ready yet. */
async function gather(incoming: AsyncIterable<Transport>): Promise<Transport[]> {
  const accepted: Transport[] = [];
  for await (const transport of incoming) accepted.push(transport);
  return accepted;
}

/** Lets whatever is ready happen: no measure of time. */
function turnOfEvents(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
