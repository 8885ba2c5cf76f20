import {
  ChannelAssembly,
  frameDecoder,
  publishTemplate,
  writeBody,
  writeHeaderFrame,
  writeMethodFrame,
  writePublish,
} from '@rmq/protocol/amqp';
import { Writer } from '@rmq/protocol/bytes';

const CHUNK_BYTES = 65_536;
/** Deliveries in what is decoded: about a chunk that a socket brings. */
export const DELIVERED = 56;
/** What all publish. */
export const message = {
  exchange: '',
  routingKey: 'orders',
  body: new Uint8Array(1_024).fill(0x61),
  properties: { contentType: 'application/json', deliveryMode: 2 },
} as const;
const framing = { channel: 1, frameMax: 131_072 } as const;

/** What all decode: deliveries of the message. */
export function stream(): Uint8Array {
  const writer = new Writer(CHUNK_BYTES);
  const { exchange, routingKey, body, properties } = message;
  for (let deliveryTag = 1; deliveryTag <= DELIVERED; deliveryTag += 1) {
    const args = { consumerTag: 'amq.ctag-9GHtJH6Q3pQq', deliveryTag, redelivered: false, exchange, routingKey };
    writeMethodFrame(writer, 1, { name: 'basic.deliver', args });
    writeHeaderFrame(writer, 1, { bodySize: body.byteLength, properties });
    writeBody(writer, body, framing);
  }
  return writer.take();
}

/** Our codec at work, appending to the chunk that goes out next as a connection does. */
export function ours(input: Uint8Array) {
  const { exchange, routingKey, body, properties } = message;
  const target = { ...framing, exchange, routingKey, properties };
  const [writer, template] = [new Writer(CHUNK_BYTES), publishTemplate(target)];
  const sent = (): Uint8Array | undefined => (writer.length < CHUNK_BYTES - 2_048 ? undefined : writer.take());
  const [decoder, channel] = [frameDecoder(), new ChannelAssembly()];
  return {
    template: () => {
      writePublish(writer, template, { body });
      return sent();
    },
    ownProperties: () => {
      writePublish(writer, template, { body, properties });
      return sent();
    },
    frames: () => {
      writeMethodFrame(writer, 1, { name: 'basic.publish', args: { exchange, routingKey } });
      writeHeaderFrame(writer, 1, { bodySize: body.byteLength, properties });
      writeBody(writer, body, framing);
      return sent();
    },
    first: () => {
      writePublish(writer, publishTemplate(target), { body });
      return sent();
    },
    decode: () => {
      let total = 0;
      for (const frame of decoder.push(input)) {
        if (frame.type === 'heartbeat' || frame.type === 'protocolHeader') continue;
        total += channel.receive(frame)?.content?.body.byteLength ?? 0;
      }
      return total;
    },
  };
}
