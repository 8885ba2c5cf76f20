import type { Language } from './languages.ts';

/** How a header is written: as JSON, or in RocketMQ's binary form. Each frame says its own; there is no negotiation. */
export type SerializeType = 'json' | 'rocketmq';

/** A header's fields as they travel: text by name. A name like `__proto__` is data; look names up with {@link extField}. */
export type ExtFields = Readonly<Record<string, string>>;

/** One frame, request or response (`RemotingCommand.java`). */
export interface RemotingCommand {
  /** Of a request, what is asked; of a response, how it went. */
  readonly code: number;
  /** Who wrote it; undefined if the table lacks it. */
  readonly language: Language | undefined;
  /** The writer's version, see `versions`. */
  readonly version: number;
  /** Chosen by who asks, repeated by who answers. int32. */
  readonly opaque: number;
  /** Bit 0: a response. Bit 1: no answer wanted. */
  readonly flag: number;
  /** Text for people, mostly why something failed. */
  readonly remark: string | undefined;
  readonly extFields: ExtFields;
  /** Empty if there is none: the wire does not tell the two apart. A view of what was received. */
  readonly body: Uint8Array;
  readonly serializeType: SerializeType;
}

/** Bits of {@link RemotingCommand.flag}. */
export const flags = { request: 0, response: 1, oneway: 2 } as const;

/** Whether a frame answers a request. Look at this before `opaque`: both sides number their own requests. */
export function isResponse({ flag }: Pick<RemotingCommand, 'flag'>): boolean {
  return (flag & flags.response) !== 0;
}

/** Whether the sender of a request wants no answer. */
export function isOneway({ flag }: Pick<RemotingCommand, 'flag'>): boolean {
  return (flag & flags.oneway) !== 0;
}

/** The text of a field; undefined if it is not there. */
export function extField(fields: ExtFields, name: string): string | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Sets a field whatever its name, as `JSON.parse` does: assigning `__proto__` would set the object's prototype. */
export function setField<V>(fields: Record<string, V>, name: string, value: V): void {
  if (name === '__proto__') {
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  } else fields[name] = value;
}

/** Numbers requests: int32, each one once in 2^32, wrapping into the negative as Java's counter does. */
export function opaqueSequence(start = 0): () => number {
  let last = start - 1;
  return () => (last = (last + 1) | 0);
}
