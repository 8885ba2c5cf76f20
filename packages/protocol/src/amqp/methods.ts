import type { FieldSpec, WireType, WireValues } from './wire.ts';

/**
 * Every method of AMQP 0-9-1 as RabbitMQ speaks it; nothing about a method is written anywhere else.
 *
 * `id` is class and method, 16 bits each. `from` says who sends it if not clients alone. A method of another's name and `Ok`
 * is the answer to it, from the other side, which is due unless the `nowait` of the other is set. `content` says that a
 * content header and bodies follow. The order of the fields is their order on the wire, bits that are neighbours share
 * bytes. A type in front of which `-` stands is reserved: zero goes out, and it is never shown; one behind which `=` stands
 * may be left out by senders and is then zero, false or empty.
 */
export const methods = {
  'connection.start': {
    id: 0x000a_000a,
    from: 'server',
    fields: {
      versionMajor: 'u8',
      versionMinor: 'u8',
      serverProperties: 'table=',
      mechanisms: 'longstr',
      locales: 'longstr',
    },
  },
  'connection.startOk': {
    id: 0x000a_000b,
    fields: { clientProperties: 'table=', mechanism: 'shortstr', response: 'octets', locale: 'shortstr' },
  },
  'connection.secure': { id: 0x000a_0014, from: 'server', fields: { challenge: 'octets' } },
  'connection.secureOk': { id: 0x000a_0015, fields: { response: 'octets' } },
  'connection.tune': {
    id: 0x000a_001e,
    from: 'server',
    fields: { channelMax: 'u16', frameMax: 'u32', heartbeat: 'u16' },
  },
  'connection.tuneOk': { id: 0x000a_001f, fields: { channelMax: 'u16', frameMax: 'u32', heartbeat: 'u16' } },
  'connection.open': {
    id: 0x000a_0028,
    fields: { virtualHost: 'shortstr', capabilities: '-shortstr', insist: '-bit' },
  },
  'connection.openOk': { id: 0x000a_0029, fields: { knownHosts: '-shortstr' } },
  'connection.close': {
    id: 0x000a_0032,
    from: 'both',
    fields: { replyCode: 'u16', replyText: 'shortstr', classId: 'u16=', methodId: 'u16=' },
  },
  'connection.closeOk': { id: 0x000a_0033, fields: {} },
  'connection.blocked': { id: 0x000a_003c, from: 'server', fields: { reason: 'shortstr' } },
  'connection.unblocked': { id: 0x000a_003d, from: 'server', fields: {} },
  'connection.updateSecret': { id: 0x000a_0046, fields: { newSecret: 'octets', reason: 'shortstr' } },
  'connection.updateSecretOk': { id: 0x000a_0047, fields: {} },
  'channel.open': { id: 0x0014_000a, fields: { outOfBand: '-shortstr' } },
  'channel.openOk': { id: 0x0014_000b, fields: { channelId: '-longstr' } },
  'channel.flow': { id: 0x0014_0014, from: 'both', fields: { active: 'bit' } },
  'channel.flowOk': { id: 0x0014_0015, fields: { active: 'bit' } },
  'channel.close': {
    id: 0x0014_0028,
    from: 'both',
    fields: { replyCode: 'u16', replyText: 'shortstr', classId: 'u16=', methodId: 'u16=' },
  },
  'channel.closeOk': { id: 0x0014_0029, fields: {} },
  'access.request': {
    id: 0x001e_000a,
    fields: { realm: 'shortstr', exclusive: 'bit=', passive: 'bit=', active: 'bit', write: 'bit=', read: 'bit=' },
  },
  'access.requestOk': { id: 0x001e_000b, fields: { ticket: 'u16' } },
  'exchange.declare': {
    id: 0x0028_000a,
    fields: {
      ticket: '-u16',
      exchange: 'shortstr',
      type: 'shortstr',
      passive: 'bit=',
      durable: 'bit=',
      autoDelete: 'bit=',
      internal: 'bit=',
      nowait: 'bit=',
      arguments: 'table=',
    },
  },
  'exchange.declareOk': { id: 0x0028_000b, fields: {} },
  'exchange.delete': {
    id: 0x0028_0014,
    fields: { ticket: '-u16', exchange: 'shortstr', ifUnused: 'bit=', nowait: 'bit=' },
  },
  'exchange.deleteOk': { id: 0x0028_0015, fields: {} },
  'exchange.bind': {
    id: 0x0028_001e,
    fields: {
      ticket: '-u16',
      destination: 'shortstr',
      source: 'shortstr',
      routingKey: 'shortstr=',
      nowait: 'bit=',
      arguments: 'table=',
    },
  },
  'exchange.bindOk': { id: 0x0028_001f, fields: {} },
  'exchange.unbind': {
    id: 0x0028_0028,
    fields: {
      ticket: '-u16',
      destination: 'shortstr',
      source: 'shortstr',
      routingKey: 'shortstr=',
      nowait: 'bit=',
      arguments: 'table=',
    },
  },
  'exchange.unbindOk': { id: 0x0028_0033, fields: {} },
  'queue.declare': {
    id: 0x0032_000a,
    fields: {
      ticket: '-u16',
      queue: 'shortstr=',
      passive: 'bit=',
      durable: 'bit=',
      exclusive: 'bit=',
      autoDelete: 'bit=',
      nowait: 'bit=',
      arguments: 'table=',
    },
  },
  'queue.declareOk': { id: 0x0032_000b, fields: { queue: 'shortstr', messageCount: 'u32', consumerCount: 'u32' } },
  'queue.bind': {
    id: 0x0032_0014,
    fields: {
      ticket: '-u16',
      queue: 'shortstr',
      exchange: 'shortstr',
      routingKey: 'shortstr=',
      nowait: 'bit=',
      arguments: 'table=',
    },
  },
  'queue.bindOk': { id: 0x0032_0015, fields: {} },
  'queue.purge': { id: 0x0032_001e, fields: { ticket: '-u16', queue: 'shortstr', nowait: 'bit=' } },
  'queue.purgeOk': { id: 0x0032_001f, fields: { messageCount: 'u32' } },
  'queue.delete': {
    id: 0x0032_0028,
    fields: { ticket: '-u16', queue: 'shortstr', ifUnused: 'bit=', ifEmpty: 'bit=', nowait: 'bit=' },
  },
  'queue.deleteOk': { id: 0x0032_0029, fields: { messageCount: 'u32' } },
  'queue.unbind': {
    id: 0x0032_0032,
    fields: { ticket: '-u16', queue: 'shortstr', exchange: 'shortstr', routingKey: 'shortstr=', arguments: 'table=' },
  },
  'queue.unbindOk': { id: 0x0032_0033, fields: {} },
  'basic.qos': { id: 0x003c_000a, fields: { prefetchSize: 'u32=', prefetchCount: 'u16', global: 'bit=' } },
  'basic.qosOk': { id: 0x003c_000b, fields: {} },
  'basic.consume': {
    id: 0x003c_0014,
    fields: {
      ticket: '-u16',
      queue: 'shortstr',
      consumerTag: 'shortstr=',
      noLocal: 'bit=',
      noAck: 'bit=',
      exclusive: 'bit=',
      nowait: 'bit=',
      arguments: 'table=',
    },
  },
  'basic.consumeOk': { id: 0x003c_0015, fields: { consumerTag: 'shortstr' } },
  'basic.cancel': { id: 0x003c_001e, from: 'both', fields: { consumerTag: 'shortstr', nowait: 'bit=' } },
  'basic.cancelOk': { id: 0x003c_001f, fields: { consumerTag: 'shortstr' } },
  'basic.publish': {
    id: 0x003c_0028,
    content: true,
    fields: { ticket: '-u16', exchange: 'shortstr', routingKey: 'shortstr', mandatory: 'bit=', immediate: 'bit=' },
  },
  'basic.return': {
    id: 0x003c_0032,
    from: 'server',
    content: true,
    fields: { replyCode: 'u16', replyText: 'shortstr', exchange: 'shortstr', routingKey: 'shortstr' },
  },
  'basic.deliver': {
    id: 0x003c_003c,
    from: 'server',
    content: true,
    fields: {
      consumerTag: 'shortstr',
      deliveryTag: 'u64',
      redelivered: 'bit',
      exchange: 'shortstr',
      routingKey: 'shortstr',
    },
  },
  'basic.get': { id: 0x003c_0046, fields: { ticket: '-u16', queue: 'shortstr', noAck: 'bit=' } },
  'basic.getOk': {
    id: 0x003c_0047,
    content: true,
    fields: {
      deliveryTag: 'u64',
      redelivered: 'bit',
      exchange: 'shortstr',
      routingKey: 'shortstr',
      messageCount: 'u32',
    },
  },
  'basic.getEmpty': { id: 0x003c_0048, from: 'server', fields: { clusterId: '-shortstr' } },
  'basic.ack': { id: 0x003c_0050, from: 'both', fields: { deliveryTag: 'u64', multiple: 'bit=' } },
  'basic.reject': { id: 0x003c_005a, fields: { deliveryTag: 'u64', requeue: 'bit' } },
  'basic.recoverAsync': { id: 0x003c_0064, fields: { requeue: 'bit' } },
  'basic.recover': { id: 0x003c_006e, fields: { requeue: 'bit' } },
  'basic.recoverOk': { id: 0x003c_006f, fields: {} },
  'basic.nack': { id: 0x003c_0078, from: 'both', fields: { deliveryTag: 'u64', multiple: 'bit=', requeue: 'bit' } },
  'confirm.select': { id: 0x0055_000a, fields: { nowait: 'bit=' } },
  'confirm.selectOk': { id: 0x0055_000b, fields: {} },
  'tx.select': { id: 0x005a_000a, fields: {} },
  'tx.selectOk': { id: 0x005a_000b, fields: {} },
  'tx.commit': { id: 0x005a_0014, fields: {} },
  'tx.commitOk': { id: 0x005a_0015, fields: {} },
  'tx.rollback': { id: 0x005a_001e, fields: {} },
  'tx.rollbackOk': { id: 0x005a_001f, fields: {} },
} as const;
methods satisfies Readonly<Record<string, MethodDef>>; // its own statement: declarations must not need inference

/** One method of the table. */
export interface MethodDef {
  readonly id: number;
  readonly from?: 'server' | 'both';
  readonly content?: boolean;
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

/** A method, `class.method`. */
export type MethodName = keyof typeof methods;

type Fields<N extends MethodName> = (typeof methods)[N]['fields'];
type ValueOf<S> = S extends `${infer T extends WireType}=` | (infer T extends WireType) ? WireValues[T] : never;

/** The arguments of a received method: all of them. */
export type Args<N extends MethodName> = {
  readonly [K in keyof Fields<N> as Fields<N>[K] extends `-${string}` ? never : K]: ValueOf<Fields<N>[K]>;
};

/** The arguments a sender gives: those with a default only as wanted. */
export type GivenArgs<N extends MethodName> = {
  readonly [K in keyof Fields<N> as Fields<N>[K] extends WireType ? K : never]: ValueOf<Fields<N>[K]>;
} & {
  readonly [K in keyof Fields<N> as Fields<N>[K] extends `${string}=` ? K : never]?: ValueOf<Fields<N>[K]> | undefined;
};

/** A method that content follows. */
export type ContentMethodName = {
  [N in MethodName]: (typeof methods)[N] extends { readonly content: true } ? N : never;
}[MethodName];

/** A method with its arguments, told apart by name. */
export type Method = { [N in MethodName]: { readonly name: N; readonly args: Args<N> } }[MethodName];

/** A method as senders give it. */
export type GivenMethod<N extends MethodName = MethodName> = {
  [K in N]: { readonly name: K; readonly args: GivenArgs<K> };
}[N];
