import { type ExtFields, languages, type RemotingCommand, type SerializeType } from '@rmq/protocol/rocketmq';
import { decodeProperties, encodeProperties, type HostAddress } from '@rmq/protocol/rocketmq/messages';
import fc from 'fast-check';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.oneof(
  fc.string({ unit: 'binary-ascii' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', 'null', '{"a":1}', '\u2028"\\\u0000', '1', 'true'),
);
const bytes = fc.uint8Array({ maxLength: 300 });
const extFields = fc.dictionary(
  fc.oneof(
    fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
    fc.constantFrom('topic', '__proto__', 'a', 'constructor'),
  ),
  text,
  { maxKeys: 20, noNullPrototype: false },
);

/** Any command that both forms of header can carry. */
export const anyCommand: fc.Arbitrary<Omit<RemotingCommand, 'serializeType'>> = fc.record({
  code: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  language: fc.constantFrom(...languages),
  version: fc.nat({ max: 2 ** 15 - 1 }),
  opaque: int32,
  flag: int32,
  remark: fc.option(text, { nil: undefined }),
  extFields,
  body: bytes,
});

/** What arrives of a command: a binary header knows no empty text. */
export function arrived(
  command: Omit<RemotingCommand, 'serializeType'>,
  serializeType: SerializeType,
): RemotingCommand {
  if (serializeType === 'json') return { ...command, serializeType };
  const remark = command.remark === '' ? undefined : command.remark;
  const extFields: ExtFields = Object.fromEntries(
    Object.entries(command.extFields).filter(([, value]) => value !== ''),
  );
  return { ...command, remark, extFields, serializeType };
}

/**
 * Whether Java's bytes can be told from what was read: of no fields and of empty ones it has two ways to write, and
 * JavaScript's objects put names that are numbers first.
 */
export function isExact({ extFields, remark }: Pick<RemotingCommand, 'extFields' | 'remark'>): boolean {
  const fields = Object.entries(extFields);
  return fields.length > 0 && remark !== '' && !fields.some(([name, value]) => value === '' || /^\d+$/.test(name));
}

const host: fc.Arbitrary<HostAddress> = fc.record({
  host: fc.oneof(fc.ipV4(), fc.ipV6().map(withoutIpV4)),
  port: fc.nat({ max: 65_535 }),
});
/** Java reads an IPv6 address that holds an IPv4 one as that one; no host has such an address. */
function withoutIpV4(address: string): string {
  return address.includes('.') || address.startsWith('::') ? '2001:db8::1' : address;
}

const propertyText = fc.string({ unit: 'grapheme', minLength: 1 });
const properties = fc
  .dictionary(propertyText, propertyText, { maxKeys: 10, noNullPrototype: false })
  .map((given) => decodeProperties(encodeProperties(given)));

/** Any message that a broker may store: V1, or V2 for a long topic. */
export const anyMessage = fc.record({
  topic: fc.string({
    unit: fc.constantFrom('%', '-', '_', 'a', 'z', 'A', 'Z', '0', '9'),
    minLength: 1,
    maxLength: 200,
  }),
  queueId: fc.nat(),
  queueOffset: int64,
  physicalOffset: int64,
  flag: int32,
  sysFlag: fc.constantFrom(0, 2, 4, 8, 12),
  reconsumeTimes: fc.nat(),
  bornTimestamp: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  bornHost: host,
  storeTimestamp: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  storeHost: host,
  preparedTransactionOffset: int64,
  body: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  properties,
});

/** Any batch. */
export const anyBatch = fc.array(
  fc.record({ flag: int32, body: fc.uint8Array({ minLength: 1, maxLength: 300 }), properties }),
  {
    minLength: 1,
    maxLength: 8,
  },
);
