import { languages } from '@rmq/protocol/rocketmq';
import {
  type Body,
  bodyEnums,
  bodyShapes,
  decodeBody,
  encodeBody,
  type ShapeName,
} from '@rmq/protocol/rocketmq/bodies';
import fc from 'fast-check';

const PROTOCOL = 'remoting.protocol';

/** The Java class of each body that is one by itself, below `org.apache.rocketmq`. */
const classes: { readonly [N in ShapeName]?: string } = {
  HeartbeatData: `${PROTOCOL}.heartbeat.HeartbeatData`,
  CheckClientConfig: `${PROTOCOL}.body.CheckClientRequestBody`,
  ConsumerList: `${PROTOCOL}.header.GetConsumerListByGroupResponseBody`,
  LockBatchRequest: `${PROTOCOL}.body.LockBatchRequestBody`,
  LockBatchResponse: `${PROTOCOL}.body.LockBatchResponseBody`,
  QueryAssignmentRequest: `${PROTOCOL}.body.QueryAssignmentRequestBody`,
  QueryAssignmentResponse: `${PROTOCOL}.body.QueryAssignmentResponseBody`,
  ConsumeMessageDirectlyResult: `${PROTOCOL}.body.ConsumeMessageDirectlyResult`,
  ConsumerConnection: `${PROTOCOL}.body.ConsumerConnection`,
  ProducerConnection: `${PROTOCOL}.body.ProducerConnection`,
  ProducerTable: `${PROTOCOL}.body.ProducerTableInfo`,
  TopicRouteData: `${PROTOCOL}.route.TopicRouteData`,
  ClusterInfo: `${PROTOCOL}.body.ClusterInfo`,
  BrokerMemberGroupResponse: `${PROTOCOL}.body.GetBrokerMemberGroupResponseBody`,
  TopicList: `${PROTOCOL}.body.TopicList`,
  KVTable: `${PROTOCOL}.body.KVTable`,
  ConsumeStats: `${PROTOCOL}.admin.ConsumeStats`,
  TopicStatsTable: `${PROTOCOL}.admin.TopicStatsTable`,
  ConsumerOffsets: `${PROTOCOL}.body.ConsumerOffsetSerializeWrapper`,
  CorrectionOffsets: `${PROTOCOL}.body.QueryCorrectionOffsetBody`,
  GroupList: `${PROTOCOL}.body.GroupList`,
  QueryConsumeTimeSpan: `${PROTOCOL}.body.QueryConsumeTimeSpanBody`,
  QuerySubscription: `${PROTOCOL}.body.QuerySubscriptionResponseBody`,
  TopicConfig: 'common.TopicConfig',
  TopicConfigList: `${PROTOCOL}.body.CreateTopicListRequestBody`,
  TopicConfigTable: `${PROTOCOL}.body.TopicConfigSerializeWrapper`,
  SubscriptionGroupConfig: `${PROTOCOL}.subscription.SubscriptionGroupConfig`,
  SubscriptionGroupList: `${PROTOCOL}.body.SubscriptionGroupList`,
  SubscriptionGroupTable: `${PROTOCOL}.body.SubscriptionGroupWrapper`,
};

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const key = fc.string({ unit: fc.constantFrom('a', 'Z', '9', '_', '-', '%'), minLength: 1, maxLength: 8 });
const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: text,
  bool: fc.boolean(),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  time: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  f64: fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
};

/** Many lists are sets in Java, which tell objects apart by their names. */
function identity(value: unknown): string {
  if (typeof value !== 'object' || value === null) return fc.stringify(value);
  const names = Object.values(value).filter((member) => typeof member === 'string');
  return fc.stringify(names.length > 0 ? names : value);
}

/** Values of a type as the shapes spell it. */
function valueOf(type: string): fc.Arbitrary<unknown> {
  if (type.endsWith('[]')) return fc.uniqueArray(valueOf(type.slice(0, -2)), { maxLength: 3, selector: identity });
  if (type.endsWith('{queue}')) {
    const entry = fc.record({ queue: valueOf('MessageQueue'), value: valueOf(type.slice(0, -7)) });
    return fc.uniqueArray(entry, { maxLength: 3, selector: ({ queue }) => JSON.stringify(queue) });
  }
  if (type.endsWith('{int}')) {
    return fc.dictionary(fc.nat({ max: 99 }).map(String), valueOf(type.slice(0, -5)), { maxKeys: 3 });
  }
  if (type.endsWith('{}')) return fc.dictionary(key, valueOf(type.slice(0, -2)), { maxKeys: 3 });
  const names = (bodyEnums as Readonly<Record<string, readonly string[]>>)[type];
  if (names !== undefined) return fc.constantFrom(...names);
  return scalars[type] ?? shapeOf(type as ShapeName);
}

/** What Java makes up where it is missing. */
const filledIn = new Set(['dataVersion', 'groupRetryPolicy', 'scope']);

function shapeOf(shape: ShapeName): fc.Arbitrary<unknown> {
  const members = Object.entries<string>(bodyShapes[shape]).map(([name, spec]) => {
    if (name === 'forbiddenTable') return [name, fc.constant({})] as const; // Java's class writes it and never reads it
    const value = name === 'language' ? fc.constantFrom(...languages) : valueOf(spec.split(/[?=]/)[0] ?? '');
    const mayMiss = spec.endsWith('?') && !filledIn.has(name);
    return [name, mayMiss ? fc.option(value, { nil: undefined }) : value] as const;
  });
  return fc.record(Object.fromEntries(members));
}

/** A body with its Java class, both directions, and any value of it. */
export interface BodyCase {
  readonly shape: ShapeName;
  readonly javaClass: string;
  readonly encode: (value: unknown) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
  readonly values: fc.Arbitrary<unknown>;
}

/** All bodies that Java has a class for. */
export const bodyCases: readonly BodyCase[] = Object.entries(classes).map(([name, javaClass]) => {
  const shape = name as ShapeName;
  return {
    shape,
    javaClass,
    encode: (value) => encodeBody<ShapeName>(shape, value as Body<ShapeName, 'given'>),
    decode: (bytes) => decodeBody(shape, bytes),
    values: shapeOf(shape),
  };
});
