import {
  commandName,
  decodeFrame,
  decodeRequest,
  decodeResponse,
  encodeFrame,
  frameDecoder,
  frameInfo,
  isOneway,
  isResponse,
  summarize,
} from '@rmq/protocol/rocketmq';
import { type FrameCapture, frameCaptures } from './captures.ts';

const captures = frameCaptures();
const senders = [...new Set(captures.map(({ sender }) => sender))];

/** Requests that were sent wrong on purpose, to see what brokers say. */
const wrong = new Set([
  'GET_MAX_OFFSET',
  'PULL_MESSAGE',
  'SEND_MESSAGE_V2',
  'REMOVE_BROKER',
  'CHECK_ROCKSDB_CQ_WRITE_PROGRESS',
]);

/**
 * Whether the bytes can be told from what was read: Java writes ext fields in the order of a HashMap, which is the order
 * they are read in. Of empty ones it has two ways to write, and they may be left out.
 */
function isExact(capture: FrameCapture): boolean {
  const bytes = capture.frame;
  const read = decodeFrame(bytes);
  if (/go-client|raw/.test(capture.sender) || read.language !== 'JAVA') return false;
  if (read.serializeType === 'rocketmq') return encodeFrame(read).length === bytes.length;
  return !Buffer.from(bytes).toString('latin1').includes('"extFields":{}');
}

describe.each(senders)('frames of %s', (sender) => {
  const frames = captures.filter((capture) => capture.sender === sender);

  it('are read, written and read again: the same', () => {
    expect(frames.length).toBeGreaterThan(0);
    for (const capture of frames) {
      const bytes = capture.frame;
      const read = decodeFrame(bytes);
      expect(decodeFrame(encodeFrame(read))).toEqual(read);
      if (isExact(capture)) expect({ [capture.id]: encodeFrame(read) }).toEqual({ [capture.id]: bytes });
    }
  });

  it('are what their bits and their first bytes say', () => {
    for (const capture of frames) {
      const bytes = capture.frame;
      const read = decodeFrame(bytes);
      expect(isResponse(read)).toBe(capture.direction === 'response');
      expect(isOneway(read)).toBe(capture.direction === 'oneway');
      const { frameBytes, bodyBytes, serializeType } = frameInfo(bytes);
      expect([frameBytes, bodyBytes, serializeType]).toEqual([bytes.length, read.body.length, read.serializeType]);
      expect(summarize(read)).not.toContain('\n');
    }
  });

  it('have the fields that the table of commands gives them', () => {
    const refused = new Map<string, unknown>();
    for (const capture of frames) {
      const [read, name] = [decodeFrame(capture.frame), commandName(capture.code)];
      if (name === undefined || (isResponse(read) && read.code !== 0)) continue;
      try {
        if (isResponse(read)) decodeResponse(name, read);
        else decodeRequest(name, read);
      } catch (cause) {
        refused.set(capture.name, cause);
      }
    }
    const unexpected = [...refused].filter(([name]) => !wrong.has(name));
    expect(unexpected).toEqual([]);
  });
});

it('frames of a whole connection are read however they are cut', () => {
  const frames = captures.slice(0, 400).map(({ frame }) => frame);
  const stream = Buffer.concat(frames);
  const decoder = frameDecoder();
  let count = 0;
  for (let at = 0, size = 1; at < stream.length; at += size, size = (size % 97) + 1) {
    count += [...decoder.push(new Uint8Array(stream.subarray(at, at + size)))].length;
  }
  decoder.end();
  expect(count).toBe(frames.length);
});
