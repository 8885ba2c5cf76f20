import { Writer } from '@rmq/protocol/bytes';
import {
  decodeFrame,
  decodeMessages,
  encodeRequest,
  messageFields,
  type SerializeType,
  writeRequestHead,
} from '@rmq/protocol/rocketmq';
import { envelope, request, templated } from './frames.ts';

const CHUNK_BYTES = 65_536;

/** What all decode. */
export interface Inputs {
  readonly json: Uint8Array;
  readonly rocketmq: Uint8Array;
  readonly pull: Uint8Array;
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
    decode: (form: SerializeType) => () => read(decodeFrame(inputs[form]).extFields),
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
