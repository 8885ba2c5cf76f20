import { encodeUtf8, Writer } from '@rmq/protocol/bytes';
import { type Request, requestFrame, writeFrame } from '@rmq/protocol/mqmq';
import type { QueueName } from './events.ts';

/** A request ready to go out. */
export interface Outgoing {
  /** Writes it, or all but the body, behind what is to be sent already. */
  readonly head: (writer: Writer) => void;
  readonly body: Uint8Array | undefined;
  /** Of its values. */
  readonly bytes: number;
}

/** From this size on a request is a chunk of its own; smaller ones leave together. Bytes. */
const OWN_CHUNK_BYTES = 16 * 1_024;

/** In a frame of three values, more than which no request has. */
const LENGTHS_BYTES = 16;

/** Checks a request. @throws UsageError `name-invalid` or `value-out-of-range` */
export function outgoing(request: Request): Outgoing {
  const frame = requestFrame(request);
  let bytes = 0;
  for (const { length } of frame) bytes += length;
  const head = (writer: Writer): void => {
    writeFrame(writer, frame);
  };
  if (bytes < OWN_CHUNK_BYTES) return { head, body: undefined, bytes };
  const writer = new Writer(bytes + LENGTHS_BYTES);
  head(writer);
  return { head: () => undefined, body: writer.take(), bytes };
}

/** Text as UTF-8, bytes as they are. */
export function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? encodeUtf8(value) : value;
}

/** Names of queues as bytes. The last one is remembered: mostly it is the next one, too. */
export class QueueNames {
  #text = '';
  #bytes: Uint8Array = encodeUtf8('');

  bytesOf(name: QueueName): Uint8Array {
    if (typeof name !== 'string') return name;
    if (name !== this.#text) {
      this.#text = name;
      this.#bytes = encodeUtf8(name);
    }
    return this.#bytes;
  }
}
