/** JSON bodies of every shape, as fastjson writes them, and the JSON they are made of. */
import {
  bodyEnums,
  bodyShapes,
  canonicalJson,
  decodeBody,
  encodeBody,
  followReference,
  MAX_JSON_DEPTH,
  parseLooseJson,
} from '@rmq/protocol/rocketmq/bodies';
import { read, textOf, use } from '../guard.mjs';

/** Bodies, and parts of them. */
const shapes = Object.keys(bodyShapes);

export const words = [
  ...new Set(Object.values(bodyShapes).flatMap((shape) => Object.keys(shape).map((name) => `"${name}":`))),
  ...Object.values(bodyEnums).flatMap((names) => names.map((name) => `"${name}"`)),
  ...['{"$ref":"$"}', '{"$ref":"$.a[0]"}', '{"brokerName":"b","queueId":0,"topic":"t"}:', '{0:', '{"a":1}:', '[1]:'],
  ...['9223372036854775807', '-9223372036854775808', '18446744073709551616', '1e400', '-0', '0.1', 'true', 'null'],
  ...['"__proto__":', '"\\u0000"', '"\\ud800"', '[', ']', '{', '}', ',', ':', '""', ' ', '\\'],
];

/** The first byte says which shape the others are; 255: of none. */
export function run(bytes, check) {
  const [which = 255] = bytes;
  if (which === 255) return json(bytes.subarray(1), check);
  const shape = shapes[which % shapes.length];
  const { value } = read(() => decodeBody(shape, bytes.subarray(1)));
  if (value === undefined) return;
  for (const strict of [true, false]) {
    const { value: written, error } = use(() => encodeBody(shape, value, { strict }));
    check.same(error, undefined, 'the error of a body written again');
    if (strict) JSON.parse(textOf(written));
    if (!hasTwins(value)) check.same(decodeBody(shape, written), value, `a body, strict: ${strict}`);
  }
}

/** Whether a map of queues names one twice: its keys differed in what no queue has. */
function hasTwins(value) {
  if (typeof value !== 'object' || value === null) return false;
  const queues = Array.isArray(value) ? value.flatMap((each) => (each?.queue ? [canonicalJson(each.queue)] : [])) : [];
  return new Set(queues).size < queues.length || Object.values(value).some(hasTwins);
}

function json(bytes, check) {
  const text = textOf(bytes);
  const { value } = read(() => parseLooseJson(text));
  if (value === undefined) return;
  const canonical = canonicalJson(value);
  check.same(canonicalJson(parseLooseJson(canonical)), canonical, 'canonical JSON');
  const isExact = !/\d{16}/u.test(text) && !/[eE]\d/u.test(text);
  const parsed = strictly(text);
  if (isExact && parsed !== undefined) check.same(value, parsed.value, 'JSON as JSON.parse reads it');
  followReference(value, text.slice(0, 64));
  if (depthOf(value) > MAX_JSON_DEPTH) throw new Error('nested too deep');
}

function strictly(text) {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function depthOf(value) {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
