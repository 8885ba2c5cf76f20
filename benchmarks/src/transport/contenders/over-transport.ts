import type { Dial, Transport } from '@rmq/transport';
import { CHUNK_BYTES, type Contender, header, TRIP_BYTES } from '../task.ts';

const chunk = new Uint8Array(CHUNK_BYTES).fill(0x2e);
const trip = chunk.subarray(0, TRIP_BYTES);

/** The jobs over any of our adapters: the same code for all of them. */
export function overTransport(dial: Dial): Contender {
  const open = (port: number): Promise<Transport> => dial({ host: '127.0.0.1', port });
  return {
    async send(port, bytes) {
      const transport = await open(port);
      await transport.write([header(bytes)]);
      for (let left = bytes; left > 0; left -= CHUNK_BYTES) await transport.write([chunk]);
      await take(transport, 1);
    },
    async receive(port, bytes) {
      const transport = await open(port);
      await transport.write([header(bytes)]);
      await take(transport, bytes);
    },
    async roundTrips(port, count) {
      const transport = await open(port);
      const reader = transport.incoming[Symbol.asyncIterator]();
      for (let done = 0; done < count; done += 1) {
        await transport.write([trip]);
        for (let left = TRIP_BYTES; left > 0;) left -= (await next(reader)).byteLength;
      }
      await transport[Symbol.asyncDispose]();
    },
    async idle(port) {
      const transport = await open(port);
      kept.push(transport, transport.incoming[Symbol.asyncIterator]().next());
    },
  };
}

/** Idle connections, and who waits on them. */
const kept: unknown[] = [];

async function take(transport: Transport, bytes: number): Promise<void> {
  const reader = transport.incoming[Symbol.asyncIterator]();
  for (let left = bytes; left > 0;) left -= (await next(reader)).byteLength;
  await transport[Symbol.asyncDispose]();
}

async function next(reader: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const result: IteratorResult<Uint8Array, unknown> = await reader.next();
  if (result.done === true) throw new Error('the peer ended the connection');
  return result.value;
}
