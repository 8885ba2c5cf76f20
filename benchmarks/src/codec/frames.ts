import {
  encodeRequest,
  type Envelope,
  flags,
  type Request,
  requestTemplate,
  type SerializeType,
  versions,
} from '@rmq/protocol/rocketmq';

const BODY_BYTES = 1_024;
const common = {
  producerGroup: 'BenchmarkGroup',
  topic: 'BenchmarkTopic',
  defaultTopic: 'TBW102',
  defaultTopicQueueNums: 4,
  sysFlag: 0,
  flag: 0,
  reconsumeTimes: 0,
  unitMode: false,
  batch: false,
} as const;
const properties =
  'KEYS\u0001order-4711\u0002UNIQ_KEY\u00017F0000010001000000000000A1B20001\u0002WAIT\u0001true\u0002TAGS\u0001TagA';
const own = { queueId: 3, bornTimestamp: 1_700_000_000_000n, properties } as const;

/** One SEND_MESSAGE_V2: 12 ext fields, a body of 1 KiB. */
export const request: Request<'sendMessageV2'> = {
  name: 'sendMessageV2',
  fields: { ...common, ...own },
  body: new Uint8Array(BODY_BYTES).fill(0x78),
};

const SENDS = 64;

/** What a connection carries one after the other: the same with another queue, time, key and id each time. */
export function sends(serializeType: SerializeType): readonly Uint8Array[] {
  return Array.from({ length: SENDS }, (_, index) => {
    const differing = {
      queueId: index % 8,
      bornTimestamp: own.bornTimestamp + BigInt(index * 77),
      properties: properties.replace('4711', String(4_711 + index)).replace('A1B2', (41_394 + index * 97).toString(16)),
    };
    const fields = { ...common, ...differing };
    return encodeRequest({ ...request, fields }, { ...envelope(serializeType), opaque: 4_711 + index });
  });
}

/** The same for who sends many: what they have in common is written once. */
export const templated: Request<'sendMessageV2'> = {
  name: 'sendMessageV2',
  template: requestTemplate('sendMessageV2', common),
  fields: own,
  body: request.body,
};

/** The same as ali-ons knows it: short names, and texts or numbers. */
export const aliHeader: Readonly<Record<string, string | number | boolean>> = {
  a: common.producerGroup,
  b: common.topic,
  c: common.defaultTopic,
  d: common.defaultTopicQueueNums,
  e: own.queueId,
  f: common.sysFlag,
  g: Number(own.bornTimestamp),
  h: common.flag,
  i: own.properties,
  j: common.reconsumeTimes,
  k: common.unitMode,
  m: common.batch,
};

/** What goes in front of the fields. */
export function envelope(serializeType: SerializeType): Envelope {
  return { opaque: 4_711, flag: flags.request, language: 'NODE_JS', version: versions.v5_3_3, serializeType };
}
