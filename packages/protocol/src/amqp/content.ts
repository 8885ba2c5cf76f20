import type { Reader } from '../bytes/reader.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError } from '../errors.ts';
import type { FieldReadOptions } from './field-table.ts';
import { BASIC_CLASS } from './methods.ts';
import { readSafe64, wire, type WireType, type WireValues, writeSafe64 } from './wire.ts';

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

const FIRST_FLAG = 0x8000;
/** Says that another word of flags follows; no property of the basic class needs it. */
const CONTINUED = 0x0001;
const names = Object.keys(properties) as PropertyName[];

/** Writes the payload of a content header. @throws UsageError as for methods; what was written then stays */
export function writeContentHeader(writer: Writer, header: ContentHeader): void {
  writer.u16(BASIC_CLASS).u16(0);
  writeSafe64(writer, header.bodySize);
  writeProperties(writer, header.properties);
}

function writeProperties(writer: Writer, given: Properties): void {
  let flags = 0;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index];
    if (name !== undefined && given[name] !== undefined) flags |= FIRST_FLAG >>> index;
  }
  writer.u16(flags);
  if (flags === 0) return;
  for (const name of names) {
    const value = given[name];
    if (value !== undefined) wire[properties[name]].write(writer, value as never);
  }
}

/**
 * Reads the payload of a content header, up to the end of the reader.
 * @throws ProtocolError `short-read`, `field-malformed`, `nesting-too-deep`, `frame-unexpected` (of another class) or
 * `frame-malformed`
 */
export function readHeader(reader: Reader, channel: number, options: FieldReadOptions): HeaderFrame {
  const classId = reader.u16();
  const weight = reader.u16();
  if (classId !== BASIC_CLASS || weight !== 0) {
    const claim = `class ${classId} and weight ${weight}`;
    throw new ProtocolError('frame-unexpected', `a content header of ${claim}: only class 60, weight 0 has content`);
  }
  const bodySize = readSafe64(reader);
  const read = readProperties(reader, options);
  if (reader.remaining > 0) {
    throw new ProtocolError('frame-malformed', `${reader.remaining} bytes behind the properties`);
  }
  return { type: 'header', channel, bodySize, properties: read };
}

function readProperties(reader: Reader, options: FieldReadOptions): Properties {
  const flags = reader.u16();
  if ((flags & CONTINUED) !== 0) throw new ProtocolError('field-malformed', 'more property flags than there are');
  const found: Record<string, unknown> = {};
  for (let index = 0, left = flags; left !== 0 && index < names.length; index += 1, left = (left << 1) & 0xffff) {
    const plan = (left & FIRST_FLAG) === 0 ? undefined : plans[index];
    if (plan !== undefined) found[plan.name] = plan.read(reader, options);
  }
  return found;
}

/** What is looked up once for each property. */
const plans = names.map((name) => ({ name, read: wire[properties[name]].read }));
