import { Writer } from '@rmq/protocol/bytes';
import {
  decodeFrame,
  encodeRequest,
  jsonHeaderReader,
  remotingFraming,
  type SerializeType,
  writeRequestHead,
} from '@rmq/protocol/rocketmq';
import { decodeMessages, messageFields } from '@rmq/protocol/rocketmq/messages';
import { envelope, request, templated } from './frames.ts';

const CHUNK_BYTES = 65_536;

/** What all decode. */
export interface Inputs {
  readonly json: readonly Uint8Array[];
  readonly rocketmq: readonly Uint8Array[];
  readonly pull: Uint8Array;
}

/** Each of them in turn, again and again. */
export function inTurn(frames: readonly Uint8Array[]): () => Uint8Array {
  let turn = 0;
  return () => frames[(turn = (turn + 1) % frames.length)] ?? new Uint8Array(0);
}

/** Our codec at work. Each function returns something of all that it read, so that nothing can be left out. */
export function ours(inputs: Inputs) {
  return {
    encode: (form: SerializeType) => () => encodeRequest(request, envelope(form)),
    /** As a connection does: into the chunk that goes out next, with the fields written once that all sends share. */
    append: (form: SerializeType) => {
      const writer = new Writer(CHUNK_BYTES);
      const [to, { body = new Uint8Array(0) }] = [envelope(form), templated];
      return () => {
        writeRequestHead(writer, templated, to);
        writer.bytes(body);
        return writer.length < CHUNK_BYTES - 2_048 ? undefined : writer.take();
      };
    },
    decode: (form: SerializeType) => {
      const next = inTurn(inputs[form]);
      return () => read(decodeFrame(next()).extFields);
    },
    /** As a connection does: with memory of the headers that came before. */
    decodeNext: () => {
      const next = inTurn(inputs.json);
      const { decode } = remotingFraming({ readJson: jsonHeaderReader() });
      return () => {
        const frame = next();
        return read(decode(frame, 0, frame.length).extFields);
      };
    },
    everything: () => {
      let total = 0;
      for (const message of decodeMessages(inputs.pull)) {
        const fields = messageFields(message);
        total += fields.body.length + read(message.properties);
      }
      return total;
    },
    offsetsAndBodies: () => {
      let total = 0;
      for (const { body, queueOffset } of decodeMessages(inputs.pull)) total += body.length + Number(queueOffset);
      return total;
    },
  };
}

/** Looks at every field. */
export function read(fields: Readonly<Record<string, unknown>>): number {
  let total = 0;
  for (const name in fields) total += String(fields[name]).length;
  return total;
}
