import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { message } from './ours.ts';

const require = createRequire(import.meta.url);
/** A file of a package that does not export it. */
const inside = (name: string, file: string): unknown => require(join(dirname(require.resolve(name)), file));

const { exchange, routingKey, properties } = message;
const body = Buffer.from(message.body);

interface ParsedFrame {
  readonly rest: Buffer;
}
interface AmqplibFrame {
  makeBodyFrame(channel: number, payload: Buffer): Buffer;
  parseFrame(bytes: Buffer, max: number): ParsedFrame | false;
  decodeFrame(frame: ParsedFrame): { readonly content?: Buffer };
}
interface AmqplibDefs {
  readonly BasicPublish: number;
  readonly BasicProperties: number;
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
}

/** amqplib's codec: method and header in one buffer, the body in another, as its channel does for small messages. */
export function amqplib(stream: Uint8Array) {
  const frame = inside('amqplib', 'lib/frame.js') as AmqplibFrame;
  const defs = inside('amqplib', 'lib/defs.js') as AmqplibDefs;
  const input = Buffer.from(stream);
  const fields = { exchange, routingKey, mandatory: false, immediate: false, ticket: 0 };
  return {
    encode: () => {
      const method = defs.encodeMethod(defs.BasicPublish, 1, fields);
      const header = defs.encodeProperties(defs.BasicProperties, 1, body.length, properties);
      return Buffer.concat([method, header, frame.makeBodyFrame(1, body)]);
    },
    decode: () => {
      let total = 0;
      let parsed = frame.parseFrame(input, 131_072);
      while (parsed !== false) {
        total += frame.decodeFrame(parsed).content?.length ?? 0;
        parsed = parsed.rest.length === 0 ? false : frame.parseFrame(parsed.rest, 131_072);
      }
      return total;
    },
  };
}

interface RabbitmqCodec {
  genContentFrames(channel: number, params: object, payload: Buffer, frameMax: number): Iterable<Buffer>;
  decodeFrame(read: (bytes: number) => Promise<Buffer>): Promise<{ readonly payload?: Buffer }>;
}

/** rabbitmq-client's codec. */
export function rabbitmqClient(stream: Uint8Array) {
  const codec = inside('rabbitmq-client', 'codec.js') as RabbitmqCodec;
  const input = Buffer.from(stream);
  const params = { exchange, routingKey, contentType: properties.contentType, deliveryMode: properties.deliveryMode };
  return {
    encode: () => Buffer.concat([...codec.genContentFrames(1, params, body, 131_072)]),
    decode: async () => {
      let [at, total] = [0, 0];
      const read = (bytes: number): Promise<Buffer> => Promise.resolve(input.subarray(at, (at += bytes)));
      while (at < input.length) total += (await codec.decodeFrame(read)).payload?.length ?? 0;
      return total;
    },
  };
}

interface CloudChannel {
  basicPublish(exchange: string, key: string, data: Uint8Array, properties: object): Promise<number>;
  deliver: (message: { readonly body: Uint8Array }) => void;
}
interface CloudClient {
  readonly channels: CloudChannel[];
  onRead(chunk: Uint8Array): void;
}

/**
 * @cloudamqp/amqp-client, whose codec is inside its publish and its reading of a socket: on connections that send nothing
 * and read what they are handed.
 */
export function cloudamqp(stream: Uint8Array) {
  const { AMQPChannel } = require('@cloudamqp/amqp-client/amqp-channel') as {
    readonly AMQPChannel: new (connection: object, id: number) => CloudChannel;
  };
  const { AMQPClient } = require('@cloudamqp/amqp-client/amqp-socket-client') as {
    readonly AMQPClient: new (url: string) => CloudClient;
  };
  const sent = Promise.resolve();
  const publishing = new AMQPChannel({ bufferPool: [], frameMax: 131_072, send: () => sent }, 1);

  const [client, input] = [new AMQPClient('amqp://localhost'), Buffer.from(stream)];
  const consuming = new AMQPChannel(client, 1);
  client.channels[1] = consuming;
  let total = 0;
  // In place of the consumer's call in a microtask, which is not the codec's.
  consuming.deliver = ({ body }) => {
    total += body.byteLength;
  };
  return {
    encode: () => publishing.basicPublish(exchange, routingKey, body, properties),
    decode: () => {
      total = 0;
      client.onRead(input);
      return total;
    },
  };
}
