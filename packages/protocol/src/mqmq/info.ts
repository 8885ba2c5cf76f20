import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { ProtocolError } from '../errors.ts';

/** What a server says of itself; the connection that asks is counted. */
export interface Info {
  readonly NumConnections: number;
  readonly NumQueues: number;
  readonly NumMessages: number;
  /** By name. Two names that are no UTF-8 may look alike: then one of them is missing, but counted. */
  readonly Queues: Readonly<Record<string, { readonly NumMessages: number }>>;
}

/** Go's encoder writes these as `\\u003c` and so on; U+FFFD, so written, is what stands for bytes that are no UTF-8. */
const ESCAPED = /[<>&\u2028\u2029\ufffd]/g;

/** The JSON of an Info, as Go writes it: members in this order, names in the order given. */
export function encodeInfo(
  counts: Omit<Info, 'Queues'>,
  queues: Iterable<readonly [name: string, messages: number]>,
): Uint8Array {
  const { NumConnections, NumMessages, NumQueues } = counts;
  const members = [...queues].map(([name, messages]) => `${JSON.stringify(name)}:{"NumMessages":${messages}}`);
  const json =
    `{"NumConnections":${NumConnections},"NumQueues":${NumQueues},` +
    `"NumMessages":${NumMessages},"Queues":{${members.join(',')}}}`;
  return encodeUtf8(json.replace(ESCAPED, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** Reads the JSON of an Info; what a newer server adds is left out. @throws ProtocolError `body-malformed` */
export function decodeInfo(bytes: Uint8Array): Info {
  const value = objectOf(parse(bytes));
  const counts = Object.entries(objectOf(value['Queues'] ?? {})).map(
    ([name, queue]) => [name, { NumMessages: countOf(objectOf(queue)['NumMessages']) }] as const,
  );
  return {
    NumConnections: countOf(value['NumConnections']),
    NumQueues: countOf(value['NumQueues']),
    NumMessages: countOf(value['NumMessages']),
    Queues: Object.fromEntries(counts),
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes));
  } catch (cause) {
    throw malformed(cause);
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw malformed(undefined);
}

function countOf(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw malformed(undefined);
}

function malformed(cause: unknown): ProtocolError {
  return new ProtocolError('body-malformed', 'this is not the JSON of an Info', { cause });
}
