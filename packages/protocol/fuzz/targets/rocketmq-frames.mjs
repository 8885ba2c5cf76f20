/** RocketMQ's frames in a stream, in any chunks, with the fields of their commands, and all of it written again. */
import {
  commandName,
  commands,
  decodeFrame,
  decodeRequest,
  decodeResponse,
  encodeFrame,
  encodeRequest,
  extField,
  frameDecoder,
  frameInfo,
  headers,
  isResponse,
  jsonHeaderReader,
  languages,
  requestTemplate,
  summarize,
  toCommand,
} from '@rmq/protocol/rocketmq';
import { chunksOf, read, stream, use } from '../guard.mjs';

export const words = [
  ...new Set(
    Object.values(commands)
      .flatMap(({ request, response }) => [request, response])
      .flatMap((header = {}) => Object.keys(typeof header === 'string' ? headers[header] : header)),
  ),
  ...Object.values(commands).map(({ code }) => `"code":${code},`),
  ...Object.values(commands).map(({ code }) => [code >> 8, code & 0xff, 12, 1, 0xe9, 0, 0, 0, 1, 0, 0, 0]),
  ...Object.keys(languages).map((language) => `"language":"${language}",`),
  ...['"extFields":{', '"flag":1,', '"opaque":-1,', '"remark":"', '"version":', '"serializeTypeCurrentRPC":"JSON"'],
  ...['__proto__', '\\ud800', '\\u0001', 'null', '{}', '[]', '""', 'true', '1e9', '-2147483648', '9223372036854775807'],
  ...['"a":"","', 'UPPER', 'LOWER', 'TAG', '\u00e9', '\u2028', '\x7f'],
];

/** Bytes in front of the stream: when inputs are joined, the second one's are left out. */
export const prefix = 2;

/** The first byte says where the stream behind it is cut, the second which command an answer is taken to be of. */
export function run(bytes, check) {
  const [cuts = 0, which = 0] = bytes;
  const rest = bytes.subarray(2);
  const [whole, parts] = [connection(rest, 0), connection(rest, cuts)];
  check.same(parts, whole, 'a stream in other chunks');
  for (const frame of whole.frames) {
    rewrite(frame, check);
    summarize(frame);
    fields(frame, which, check);
  }
}

/** In parts, headers are read with memory. */
function connection(bytes, cuts) {
  const frames = [];
  const decoder = frameDecoder({ maxHeaderBytes: 12_000, readJson: cuts === 0 ? undefined : jsonHeaderReader() });
  const error = stream(decoder, chunksOf(bytes, cuts), (frame) => frames.push(frame));
  return { frames, error };
}

/** Half a pair of surrogates, which JSON can say and UTF-8 cannot. */
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/u;

function rewrite(frame, check) {
  const { value: written, error } = use(() => encodeFrame(frame));
  check.same(error, undefined, 'the error of a frame written again');
  const { frameBytes, serializeType } = frameInfo(written);
  check.same([frameBytes, serializeType], [written.byteLength, frame.serializeType], 'the head of a frame');
  const texts = [frame.remark ?? '', ...Object.entries(frame.extFields).flat()];
  if (texts.some((text) => HALF.test(text))) return;
  // The binary header has a number for no language.
  const language = frame.language ?? (serializeType === 'rocketmq' ? 'OTHER' : undefined);
  check.same(decodeFrame(written), { ...frame, language }, 'a frame');
}

/** The fields of the command, if it is one, as values and written again. */
function fields(frame, which, check) {
  const names = Object.keys(commands);
  if (isResponse(frame)) {
    read(() => decodeResponse(names[which % names.length], frame));
    return;
  }
  const name = commandName(frame.code);
  if (name === undefined) return;
  const { value } = read(() => decodeRequest(name, frame));
  if (value === undefined) return;
  const { opaque, flag, serializeType } = frame;
  const envelope = { opaque, flag, language: 'JAVA', version: 1, serializeType };
  const { value: written, error } = use(() => encodeRequest({ name, fields: value }, envelope));
  check.same(error, undefined, 'the error of a request written again');
  templated({ name, fields: value }, { envelope, which, expected: decodeFrame(written) }, check);
  const again = decodeFrame(written);
  for (const [key, text] of Object.entries(again.extFields)) {
    if (HALF.test(extField(frame.extFields, key) ?? '')) return;
    if (text === '') return;
  }
  check.same(decodeRequest(name, again), value, 'the fields of a request');
}

/** The same with a template for some of the fields, by the bits of a number, and as values. */
function templated({ name, fields: all }, { envelope, which, expected }, check) {
  const [common, own] = [{}, {}];
  for (const [index, [key, value]] of Object.entries(all).entries()) {
    if ((which >> (index % 8)) & 1) common[key] = value;
    else own[key] = value;
  }
  const request = { name, fields: own, template: requestTemplate(name, common) };
  check.same(decodeFrame(encodeRequest(request, envelope)), expected, 'a request with a template');
  const again = { ...request, fields: all };
  check.same(decodeFrame(encodeRequest(again, envelope)), expected, 'a request that says what its template says');
  const texts = Object.values(expected.extFields);
  const { value: command } = use(() => toCommand({ name, fields: all }, envelope));
  // Of empty texts the binary header has none, and half a pair is replaced where it is written.
  if (texts.includes('') || Object.values(command.extFields).some((text) => text === '' || HALF.test(text))) return;
  check.same(command, expected, 'a request as values');
}
