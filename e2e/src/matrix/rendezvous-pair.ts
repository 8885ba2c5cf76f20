import type { Dial, Endpoint, Transport } from '@rmq/transport';
import type { Pair } from '@rmq/transport/conformance';

/** Bytes by which the rendezvous knows who belongs together. Its other half is `surroundings/rendezvous.ts`. */
export const keyBytes = 16;

/**
 * Makes what opens pairs: two connections each to a rendezvous, which joins those that begin with the same key. One pair
 * after the other: Chromium lets a page wait seconds for each WebSocket when more than a dozen are being opened.
 */
export function rendezvousPairs(dial: Dial, to: Endpoint): () => Promise<Pair> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const pair = last.then(() => openPair(dial, to));
    last = pair.catch(() => undefined);
    return pair;
  };
}

async function openPair(dial: Dial, to: Endpoint): Promise<Pair> {
  const key = crypto.getRandomValues(new Uint8Array(keyBytes));
  const [near, far] = await Promise.all([keyed(dial, to, key), keyed(dial, to, key)]);
  return { near, far };
}

async function keyed(dial: Dial, to: Endpoint, key: Uint8Array): Promise<Transport> {
  const transport = await dial(to);
  await transport.write([key]);
  return transport;
}
