import { decodeUtf8, encodeUtf8 } from '../../bytes/utf8.ts';
import { ProtocolError, UsageError } from '../../errors.ts';
import type { JsonValue } from '../loose-json.ts';
import { parseLooseJson } from '../loose-json.ts';
import { enums } from './enums.ts';
import type { Plan, Source } from './plan.ts';
import { enumPlan, isObject, malformed, resolve, scalarPlans, unusable } from './plan.ts';
import { shapes } from './shapes.ts';
import type { Body, QueueEntry, ShapeName } from './types.ts';

/** How a body is written. */
export interface BodyEncodeOptions {
  /**
   * False writes map keys that are integers or queues bare, as Java brokers do by default: not JSON, but what old
   * clients and tools take apart by hand. Every fastjson reader takes both.
   * @defaultValue true
   */
  readonly strict?: boolean | undefined;
}

/** One member of an object: how it is read (undefined: leave it out) and written (empty: leave it out). */
interface Member {
  readonly name: string;
  readonly read: (value: JsonValue | undefined, at: string, source: Source) => unknown;
  readonly write: (value: unknown, at: string, strict: boolean) => string;
}

const plans = new Map<string, Plan>();

/** The plan of a body. @throws UsageError `name-invalid` */
function bodyPlan(name: ShapeName): Plan {
  if (Object.hasOwn(shapes, name)) return planOf(name);
  throw new UsageError('name-invalid', `there is no body named ${name}: bodyShapes has all`);
}

/** The plan of a type name, made once and kept. Where a reference stands for a value, it reads what that points to. */
function planOf(type: string): Plan {
  let plan = plans.get(type);
  if (plan === undefined) {
    const { read, ...rest } = makePlan(type);
    plan = { ...rest, read: (value, at, source) => read(resolve(value, at, source), at, source) };
    plans.set(type, plan);
  }
  return plan;
}

function makePlan(type: string): Plan {
  if (type.endsWith('[]')) return listPlan(planOf(type.slice(0, -2)));
  if (type.endsWith('{}')) return mapPlan(planOf(type.slice(0, -2)), false);
  if (type.endsWith('{int}')) return mapPlan(planOf(type.slice(0, -5)), true);
  if (type.endsWith('{queue}')) return queueMapPlan(planOf(type.slice(0, -7)));
  const names = (enums as Readonly<Record<string, readonly string[]>>)[type];
  if (names !== undefined) return enumPlan(names);
  const shape = (shapes as Readonly<Record<string, Readonly<Record<string, string>>>>)[type];
  return shape === undefined ? scalarPlans[type as keyof typeof scalarPlans] : recordPlan(shape);
}

/** What `=…` stands for. Containers have no literal: theirs is the empty one. */
function fallbackOf(type: string, literal: string): () => unknown {
  const plan = planOf(type);
  if (literal === '') return plan.absent ?? ((): unknown => '');
  return () => plan.read(literal, type, { root: null, left: 1 });
}

/** Java leaves null members out and reads absent numbers as 0: so members have stand-ins, and some may be missing. */
function memberOf(name: string, spec: string): Member {
  const optional = spec.endsWith('?');
  const [type = '', literal] = (optional ? spec.slice(0, -1) : spec).split('=');
  const plan = planOf(type);
  const fallback = literal === undefined ? undefined : fallbackOf(type, literal);
  const absent = optional ? (): undefined => undefined : (fallback ?? plan.absent);
  return {
    name,
    read(value, at, source) {
      const path = `${at}.${name}`;
      const read = value === undefined || value === null ? undefined : plan.read(value, path, source);
      if (read !== undefined) return read;
      if (absent === undefined) throw new ProtocolError('body-malformed', `${path} is missing`);
      return absent();
    },
    write(value, at, strict) {
      const given = value ?? fallback?.();
      if (given !== undefined) return `"${name}":${plan.write(given, `${at}.${name}`, strict)}`;
      if (optional) return '';
      throw new UsageError('field-missing', `${at}.${name} is missing`);
    },
  };
}

function recordPlan(shape: Readonly<Record<string, string>>): Plan {
  const members = Object.entries(shape).map(([name, spec]) => memberOf(name, spec));
  return {
    read(value, at, source) {
      if (!isObject(value)) return malformed(at, 'an object');
      const record: Record<string, unknown> = {};
      for (const member of members) {
        const given = Object.hasOwn(value, member.name) ? value[member.name] : undefined;
        const read = member.read(given, at, source);
        if (read !== undefined) record[member.name] = read;
      }
      return record;
    },
    write(value, at, strict) {
      if (typeof value !== 'object' || value === null) return unusable(at, 'an object');
      const given = value as Readonly<Record<string, unknown>>;
      const parts = members.map((member) => member.write(given[member.name], at, strict));
      return `{${parts.filter((part) => part !== '').join(',')}}`;
    },
  };
}

function listPlan(item: Plan): Plan {
  return {
    read(value, at, source) {
      if (!Array.isArray(value)) return malformed(at, 'an array');
      const list: unknown[] = [];
      for (const [index, each] of (value as readonly JsonValue[]).entries()) {
        if (each === null) continue;
        list.push(item.read(each, `${at}[${index}]`, source));
      }
      return list;
    },
    write(value, at, strict) {
      if (!Array.isArray(value)) return unusable(at, 'an array');
      const list = value as readonly unknown[];
      return `[${list.map((each, index) => item.write(each, `${at}[${index}]`, strict)).join(',')}]`;
    },
    absent: () => [],
  };
}

/** A map by text, or by integers that Java prints bare. */
function mapPlan(item: Plan, integerKeys: boolean): Plan {
  const check = (key: string, at: string): string =>
    integerKeys && !/^-?\d{1,19}$/u.test(key) ? malformed(`${at}.${key}`, 'under an integer key') : key;
  return {
    read(value, at, source) {
      if (!isObject(value)) return malformed(at, 'an object');
      // No prototype: the keys are a stranger's, and `__proto__` must be one like any other.
      const map = Object.create(null) as Record<string, unknown>;
      for (const [key, each] of Object.entries(value)) {
        if (each === null) continue;
        map[check(key, at)] = item.read(each, `${at}.${key}`, source);
      }
      return map;
    },
    write(value, at, strict) {
      if (typeof value !== 'object' || value === null) return unusable(at, 'an object');
      const entries = Object.entries(value as Readonly<Record<string, unknown>>).map(([key, each]) => {
        const name = integerKeys && !strict ? check(key, at) : JSON.stringify(key);
        return `${name}:${item.write(each, `${at}.${key}`, strict)}`;
      });
      return `{${entries.join(',')}}`;
    },
    absent: (): unknown => Object.create(null),
  };
}

/**
 * A map by MessageQueue. Java prints the queue itself as the key; strict writers put its JSON into a string. To C++
 * clients brokers send a list of queues with an `offset` each instead (`ResetOffsetBodyForC`).
 */
function queueMapPlan(item: Plan): Plan {
  const queues = planOf('MessageQueue');
  return {
    read(value, at, source) {
      if (typeof value !== 'object' || value === null) return malformed(at, 'a map of queues');
      const pairs: readonly (readonly [JsonValue, JsonValue | undefined])[] = isObject(value)
        ? Object.entries(value).map(([key, each]) => [parseLooseJson(key), each])
        : value.map((each) => [each, isObject(each) ? each['offset'] : undefined]);
      return pairs.flatMap(([queue, each], index) => {
        const path = `${at}[${index}]`;
        if (each === undefined || each === null) return [];
        const read = item.read(each, path, source);
        return [{ queue: queues.read(queue, path, source), value: read }];
      });
    },
    write(value, at, strict) {
      if (!Array.isArray(value)) return unusable(at, 'an array of queue and value');
      const entries = (value as readonly QueueEntry<unknown>[]).map((entry, index) => {
        const path = `${at}[${index}]`;
        const key = queues.write(entry.queue, path, strict);
        return `${strict ? JSON.stringify(key) : key}:${item.write(entry.value, path, strict)}`;
      });
      return `{${entries.join(',')}}`;
    },
    absent: () => [],
  };
}

/**
 * Writes a body: `encodeBody('LockBatchRequest', { clientId, consumerGroup, mqSet })`.
 * @throws UsageError `name-invalid`; `field-missing` or `value-out-of-range`, with the path of the member
 */
export function encodeBody<N extends ShapeName>(
  shape: N,
  value: Body<N, 'given'>,
  { strict = true }: BodyEncodeOptions = {},
): Uint8Array {
  return encodeUtf8(bodyPlan(shape).write(value, '$', strict));
}

/**
 * Reads a body, whatever way fastjson has of writing it.
 * @throws ProtocolError `body-malformed`, with the path of the member, or `utf8-invalid`; UsageError `name-invalid`
 */
export function decodeBody<N extends ShapeName>(shape: N, bytes: Uint8Array): Body<N> {
  const plan = bodyPlan(shape);
  const root = parseLooseJson(decodeUtf8(bytes));
  // Without references a text holds fewer values than bytes, absent members aside.
  const source = { root, left: bytes.length * 4 + 1_000 };
  return plan.read(root, '$', source) as Body<N>;
}
