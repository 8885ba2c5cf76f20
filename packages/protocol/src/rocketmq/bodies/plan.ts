import { outOfRange } from '../../bytes/writer.ts';
import { ProtocolError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../loose-json.ts';
import { followReference } from '../loose-json.ts';
import { wire, type WireType } from '../wire.ts';
import type { Scalars } from './types.ts';

/** What one decoding knows besides the value in hand. */
export interface Source {
  /** The whole body: references are paths from here. */
  readonly root: JsonValue;
  /** Values still allowed to be read. References let a short text stand for a huge value; this stops them. */
  left: number;
}

/** How one type is read from JSON and written as JSON text. `at` is the path of the value, for errors. */
export interface Plan {
  readonly read: (value: JsonValue, at: string, source: Source) => unknown;
  readonly write: (value: unknown, at: string, strict: boolean) => string;
  /** What stands in for an absent value; undefined when nothing can. */
  readonly absent?: (() => unknown) | undefined;
}

/** Refuses what a peer sent. */
export function malformed(at: string, wanted: string): never {
  throw new ProtocolError('body-malformed', `${at} is not ${wanted}`);
}

/** Refuses what the caller gave. */
export function unusable(at: string, wanted: string): never {
  throw outOfRange(at, wanted);
}

/** Puts the target in the place of a `{"$ref":…}`, and counts the value against what may still be read. */
export function resolve(value: JsonValue, at: string, source: Source): JsonValue {
  source.left -= 1;
  if (source.left < 0) throw new ProtocolError('body-malformed', `${at}: references make the body too large`);
  if (!isObject(value) || !Object.hasOwn(value, '$ref')) return value;
  const path = value['$ref'];
  // Following it takes as long as it is, each time that somebody refers to where it stands.
  source.left -= typeof path === 'string' ? path.length : 0;
  const target = typeof path === 'string' ? followReference(source.root, path) : undefined;
  // One step only: Java refers to the place where it printed the object, which is never a reference itself.
  if (target === undefined || (isObject(target) && Object.hasOwn(target, '$ref')))
    return malformed(at, 'a known reference');
  return target;
}

/** Whether it is a JSON object (no array). */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const INT64_LIMIT = 2 ** 63;

/** A number on both sides, where 64 bits travel. rocketmq-client-go gives nanoseconds as subVersion: those are rounded. */
const time: WireType<number> = {
  expected: 'a 64-bit integer',
  zero: '0',
  write: (value) =>
    Number.isInteger(value) && Math.abs(Number(value)) < INT64_LIMIT ? BigInt(Number(value)).toString() : undefined,
  read: (text) => {
    const value = wire.i64.read(text);
    return value === undefined ? undefined : Number(value);
  },
};

const f64: WireType<number> = {
  expected: 'a finite number',
  zero: '0',
  // As Java prints doubles: a reader that tells 0 from 0.0 then sees the same type.
  write: (value) =>
    Number.isSafeInteger(value) ? `${String(value)}.0` : Number.isFinite(value) ? String(value) : undefined,
  read: (text) => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
};

/** Stricter than what Java reads from an ext field, where all but `true` is false. */
const bool: WireType<boolean> = {
  ...wire.bool,
  read: (text) => (text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : undefined),
};

/** A scalar: numbers may come as text, which fastjson's strict mode makes of large ones, and text as a number. */
function scalarPlan({ expected, zero, read, write }: WireType<unknown>): Plan {
  return {
    read: (value, at) => (typeof value === 'object' ? undefined : read(String(value))) ?? malformed(at, expected),
    write(value, at) {
      const text = write(value) ?? unusable(at, expected);
      return zero === undefined ? JSON.stringify(text) : text;
    },
    absent: zero === undefined ? undefined : (): unknown => read(zero),
  };
}

/** Reader and writer of each scalar type name. */
export const scalarPlans: Readonly<Record<keyof Scalars, Plan>> = {
  string: scalarPlan(wire.string),
  bool: scalarPlan(bool),
  i32: scalarPlan(wire.i32),
  i64: scalarPlan(wire.i64),
  time: scalarPlan(time),
  f64: scalarPlan(f64),
};

/** An enum: read in any letter case or by ordinal, as fastjson does; what Java does not know it reads as null. */
export function enumPlan(names: readonly string[]): Plan {
  return {
    read(value, at) {
      if (typeof value === 'number') return names[value];
      if (typeof value !== 'string') return malformed(at, 'an enum name');
      const wanted = value.toUpperCase();
      return names.find((name) => name === wanted);
    },
    write: (value, at) =>
      names.some((name) => name === value) ? JSON.stringify(value) : unusable(at, `one of ${names.join(', ')}`),
  };
}
