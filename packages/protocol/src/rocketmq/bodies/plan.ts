import { ProtocolError, UsageError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../loose-json.ts';
import { followReference } from '../loose-json.ts';

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
  readonly absent?: () => unknown;
}

/** Refuses what a peer sent. */
export function malformed(at: string, wanted: string): never {
  throw new ProtocolError('body-malformed', `${at} is not ${wanted}`);
}

/** Refuses what the caller gave. */
export function unusable(at: string, wanted: string): never {
  throw new UsageError('value-out-of-range', `${at} is not ${wanted}`);
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

function integer(value: JsonValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  // fastjson's strict mode quotes large integers, and Java reads any number from a string.
  return typeof value === 'string' && /^-?\d{1,20}$/u.test(value) ? BigInt(value) : undefined;
}

/** Whether a 64-bit field can hold it. */
function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

const int: Plan = {
  read(value, at) {
    if (typeof value === 'number' && value === (value | 0)) return value + 0;
    const read = integer(value);
    return read !== undefined && BigInt.asIntN(32, read) === read ? Number(read) : malformed(at, 'a 32-bit integer');
  },
  write: (value, at) =>
    typeof value === 'number' && value === (value | 0) ? String(value + 0) : unusable(at, 'a 32-bit integer'),
  absent: () => 0,
};

const INT64_LIMIT = 2 ** 63;

/** A number on both sides, where 64 bits travel. rocketmq-client-go gives nanoseconds as subVersion: those are rounded. */
const time: Plan = {
  read(value, at) {
    const read = integer(value);
    if (read === undefined || !isInt64(read)) return malformed(at, 'a 64-bit integer');
    return Number(read);
  },
  write: (value, at) =>
    Number.isInteger(value) && Math.abs(Number(value)) < INT64_LIMIT
      ? BigInt(Number(value)).toString()
      : unusable(at, 'a 64-bit integer'),
  absent: () => 0,
};

const bool: Plan = {
  read(value, at) {
    if (value === true || value === 'true' || value === 1) return true;
    return value === false || value === 'false' || value === 0 ? false : malformed(at, 'a boolean');
  },
  write: (value, at) => (typeof value === 'boolean' ? String(value) : unusable(at, 'a boolean')),
  absent: () => false,
};

const text: Plan = {
  read(value, at) {
    if (typeof value === 'string') return value;
    const printable = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
    return printable ? String(value) : malformed(at, 'a string');
  },
  write: (value, at) => (typeof value === 'string' ? JSON.stringify(value) : unusable(at, 'a string')),
};

const long: Plan = {
  read(value, at) {
    const read = integer(value);
    return read !== undefined && isInt64(read) ? read : malformed(at, 'a 64-bit integer');
  },
  write: (value, at) =>
    typeof value === 'bigint' && isInt64(value) ? String(value) : unusable(at, 'a 64-bit integer'),
  absent: () => 0n,
};

const double: Plan = {
  read(value, at) {
    const read = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof read === 'bigint') return Number(read);
    return typeof read === 'number' && Number.isFinite(read) ? read : malformed(at, 'a number');
  },
  // As Java prints doubles: a reader that tells 0 from 0.0 then sees the same type.
  write(value, at) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return unusable(at, 'a finite number');
    return Number.isSafeInteger(value) ? value.toFixed(1) : String(value);
  },
  absent: () => 0,
};

/** Reader and writer of each scalar type name. */
export const scalarPlans: Readonly<Record<'string' | 'bool' | 'i32' | 'i64' | 'time' | 'f64', Plan>> = {
  string: text,
  bool,
  i32: int,
  i64: long,
  time,
  f64: double,
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
