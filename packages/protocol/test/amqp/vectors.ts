/** Frames written by hand from the specification, each replayed against RabbitMQ 3.10, 4.0 and 4.3 before. */
import { type FieldTable, type Frame, Typed } from '@rmq/protocol/amqp';

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly frame: Frame extends infer F ? (F extends unknown ? Omit<F, 'bytes'> : never) : never;
}

/** One of each type, named as its tag. */
export const everyType: FieldTable = {
  t: true,
  b: new Typed('int8', -1),
  B: new Typed('uint8', 255),
  s: new Typed('int16', -32_768),
  u: new Typed('uint16', 65_535),
  I: -2_147_483_648,
  i: new Typed('uint32', 4_294_967_295),
  l: -(2n ** 63n),
  f: new Typed('float', 1.5),
  d: -0.1,
  D: new Typed('decimal', { scale: 2, value: 314 }),
  S: 'é',
  x: Uint8Array.of(0, 255),
  T: new Date(1_700_000_000_000),
  F: { a: null },
  A: [true, 'x'],
  V: null,
};

export const vectors: readonly Vector[] = [
  {
    name: 'connection.start-ok with a nested table',
    hex: '01000000000051000a000b0000002d0770726f647563745300000001740c6361706162696c6974696573460000000d0a62617369632e6e61636b740105504c41494e0000000c00677565737400677565737405656e5f5553ce',
    frame: {
      type: 'method',
      channel: 0,
      name: 'connection.startOk',
      args: {
        clientProperties: { product: 't', capabilities: { 'basic.nack': true } },
        mechanism: 'PLAIN',
        response: new TextEncoder().encode('\0guest\0guest'),
        locale: 'en_US',
      },
    },
  },
  {
    name: 'connection.tune-ok',
    hex: '0100000000000c000a001f07ff00020000003cce',
    frame: {
      type: 'method',
      channel: 0,
      name: 'connection.tuneOk',
      args: { channelMax: 2_047, frameMax: 131_072, heartbeat: 60 },
    },
  },
  {
    name: 'queue.declare: the low bit first',
    hex: '010001000000200032000a00000276310a000000120c782d6d61782d6c656e677468490000000ace',
    frame: {
      type: 'method',
      channel: 1,
      name: 'queue.declare',
      args: {
        queue: 'v1',
        passive: false,
        durable: true,
        exclusive: false,
        autoDelete: true,
        nowait: false,
        arguments: { 'x-max-length': 10 },
      },
    },
  },
  {
    name: 'queue.unbind, which has no nowait',
    hex: '0100010000001a0032003200000276310a616d712e646972656374016b00000000ce',
    frame: {
      type: 'method',
      channel: 1,
      name: 'queue.unbind',
      args: { queue: 'v1', exchange: 'amq.direct', routingKey: 'k', arguments: {} },
    },
  },
  {
    name: 'basic.publish, mandatory',
    hex: '0100010000000b003c002800000002763101ce',
    frame: {
      type: 'method',
      channel: 1,
      name: 'basic.publish',
      args: { exchange: '', routingKey: 'v1', mandatory: true, immediate: false },
    },
  },
  {
    name: 'basic.nack, requeue',
    hex: '0100010000000d003c0078000000000000000102ce',
    frame: {
      type: 'method',
      channel: 1,
      name: 'basic.nack',
      args: { deliveryTag: 1, multiple: false, requeue: true },
    },
  },
  {
    name: 'a content header with 13 properties and every type of value',
    hex: '020001000000ce003c00000000000000000005fff80a746578742f706c61696e057574662d380000008201747401016262ff014242ff0173738000017575ffff01494980000000016969ffffffff016c6c80000000000000000166663fc00000016464bfb999999999999a014444020000013a01535300000002c3a90178780000000200ff015454000000006553f10001464600000003016156014141000000087401530000000178015656020503636964027274053630303030036d6964000000006553f1000374797005677565737403617070ce',
    frame: {
      type: 'header',
      channel: 1,
      bodySize: 5,
      properties: {
        contentType: 'text/plain',
        contentEncoding: 'utf-8',
        headers: everyType,
        deliveryMode: 2,
        priority: 5,
        correlationId: 'cid',
        replyTo: 'rt',
        expiration: '60000',
        messageId: 'mid',
        timestamp: 1_700_000_000,
        type: 'typ',
        userId: 'guest',
        appId: 'app',
      },
    },
  },
  {
    name: 'a content header without properties',
    hex: '0200010000000e003c000000000000000000000000ce',
    frame: { type: 'header', channel: 1, bodySize: 0, properties: {} },
  },
  {
    name: 'a body',
    hex: '0300010000000568656c6c6fce',
    frame: { type: 'body', channel: 1, payload: new TextEncoder().encode('hello') },
  },
  { name: 'a heartbeat', hex: '08000000000000ce', frame: { type: 'heartbeat', channel: 0 } },
];
