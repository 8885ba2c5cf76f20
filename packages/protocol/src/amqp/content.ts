import type { Reader } from '../bytes/reader.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError } from '../errors.ts';
import type { FieldReadOptions } from './field-table.ts';
import { checkEnd } from './method-codec.ts';
import { u64 } from './pairs.ts';
import { planFields, type WireType, type WireValues } from './wire.ts';

/** The properties of a message in the order of their flags, the first being 0x8000. */
export const properties = {
  contentType: 'shortstr',
  contentEncoding: 'shortstr',
  headers: 'table',
  deliveryMode: 'u8',
  priority: 'u8',
  correlationId: 'shortstr',
  replyTo: 'shortstr',
  expiration: 'shortstr',
  messageId: 'shortstr',
  timestamp: 'timestamp',
  type: 'shortstr',
  userId: 'shortstr',
  appId: 'shortstr',
  clusterId: 'shortstr',
} as const;
properties satisfies Readonly<Record<string, WireType>>;

/** A property of a message. */
export type PropertyName = keyof typeof properties;

/**
 * The properties of a message. Those that are undefined are absent; 0, an empty text and an empty table are not.
 * `deliveryMode` 2 is persistent; `expiration` is milliseconds in decimal digits.
 */
export type Properties = {
  readonly [N in PropertyName]?: WireValues[(typeof properties)[N]] | undefined;
};

/** What a content header says. */
export interface ContentHeader {
  /** Bytes of the bodies that follow. */
  readonly bodySize: number;
  readonly properties: Properties;
}

/** Size and properties of the content that a method announced. */
export interface HeaderFrame extends ContentHeader {
  readonly type: 'header';
  readonly channel: number;
}

/** What a content header begins with: class 60, the only one whose methods carry content, and weight 0. */
const CLASS_AND_WEIGHT = 0x003c_0000;
const FIRST_FLAG = 0x8000;
/** Says that another word of flags follows; no property of the basic class needs it. */
const CONTINUED = 0x0001;
const fields = planFields(properties);

/** Writes the payload of a content header. @throws UsageError as for methods; what was written then stays */
export function writeContentHeader(writer: Writer, header: ContentHeader): void {
  const given: Readonly<Record<string, unknown>> = header.properties;
  writer.u32(CLASS_AND_WEIGHT);
  u64.write(writer, header.bodySize);
  let flags = 0;
  let flag = FIRST_FLAG;
  for (const { name } of fields) {
    if (given[name] !== undefined) flags |= flag;
    flag >>>= 1;
  }
  writer.u16(flags);
  for (const { name, pair } of fields) if (given[name] !== undefined) pair?.write(writer, given[name] as never);
}

/**
 * Reads the payload of a content header, up to the end of the reader.
 * @throws ProtocolError `short-read`, `field-malformed`, `nesting-too-deep`, `frame-unexpected` (of another class) or
 * `frame-malformed`
 */
export function readHeader(reader: Reader, channel: number, options: FieldReadOptions): HeaderFrame {
  const start = reader.u32();
  if (start !== CLASS_AND_WEIGHT) {
    const claim = `class ${start >>> 16} and weight ${start & 0xffff}`;
    throw new ProtocolError('frame-unexpected', `a content header of ${claim}: only class 60, weight 0 has content`);
  }
  const bodySize = u64.read(reader);
  let flags = reader.u16();
  if ((flags & CONTINUED) !== 0) throw new ProtocolError('field-malformed', 'more property flags than there are');
  const found: Record<string, unknown> = {};
  for (const { name, pair } of fields) {
    if (flags === 0) break;
    if ((flags & FIRST_FLAG) !== 0) found[name] = pair?.read(reader, options);
    flags = (flags << 1) & 0xffff;
  }
  checkEnd(reader, 'the properties');
  return { type: 'header', channel, bodySize, properties: found };
}
