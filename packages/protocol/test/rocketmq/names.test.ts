import {
  bodyCrc,
  checkGroup,
  checkTopic,
  compareQueues,
  compressionOf,
  crc32,
  delayOfLevel,
  dlqTopic,
  formatPermission,
  isDlqTopic,
  isReadable,
  isRetryTopic,
  isSystemGroup,
  isSystemTopic,
  isWritable,
  parseDelayLevels,
  replyTopic,
  retryTopic,
  scheduleTopic,
  templateTopic,
  withCompression,
  withoutCompression,
} from '@rmq/protocol/rocketmq/messages';
import { fromHex, octets } from './captures.ts';

describe('names (7)', () => {
  it('accept the alphabet and the lengths', () => {
    expect(() => checkTopic('%RETRY%a|B_9-')).not.toThrow();
    expect(() => checkTopic('t'.repeat(127))).not.toThrow();
    expect(() => checkGroup('g'.repeat(120))).not.toThrow();
  });

  it.each(['', 'a.b', 'ü', 'a b', 'a/b', 't'.repeat(128), 'a\n'])('refuse topic %j', (topic) => {
    expect(() => checkTopic(topic)).toThrow(expect.objectContaining({ code: 'name-invalid' }));
  });

  it('refuse a group of 121 characters', () => {
    expect(() => checkGroup('g'.repeat(121))).toThrow(expect.objectContaining({ code: 'name-invalid' }));
  });

  it('are derived for retries, dead letters and replies', () => {
    expect([retryTopic('g'), dlqTopic('g'), replyTopic('c')]).toEqual(['%RETRY%g', '%DLQ%g', 'c_REPLY_TOPIC']);
    expect([isRetryTopic('%RETRY%g'), isRetryTopic('g'), isDlqTopic('%DLQ%g'), isDlqTopic('g')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([isSystemTopic('TBW102'), isSystemTopic('rmq_sys_x'), isSystemTopic('x')]).toEqual([true, true, false]);
    expect([templateTopic, scheduleTopic]).toEqual(['TBW102', 'SCHEDULE_TOPIC_XXXX']);
    expect([isSystemGroup('CID_RMQ_SYS_TRANS'), isSystemGroup('CID')]).toEqual([true, false]);
  });
});

it('queues sort by topic, broker and id', () => {
  const queue = (topic: string, brokerName: string, queueId: number) => ({ topic, brokerName, queueId });
  const sorted = [queue('a', 'a', 9), queue('a', 'b', 2), queue('a', 'b', 10), queue('b', 'a', 0)];
  expect([...sorted].reverse().sort(compareQueues)).toEqual(sorted);
  expect(compareQueues(queue('a', 'a', 1), queue('a', 'a', 1))).toBe(0);
  const orders = sorted.map((left) => sorted.map((right) => Math.sign(compareQueues(left, right))));
  expect(orders).toEqual(sorted.map((_, left) => sorted.map((__, right) => Math.sign(left - right))));
});

it('permissions are bits', () => {
  expect([isReadable(4), isReadable(2), isWritable(2), isWritable(4)]).toEqual([true, false, true, false]);
  expect([6, 7, 4, 0].map(formatPermission)).toEqual(['RW-', 'RWX', 'R--', '---']);
});

describe('delay levels (8)', () => {
  it('are those of a broker by default', () => {
    const levels = parseDelayLevels();
    expect(levels).toHaveLength(18);
    expect([1, 5, 17, 18].map((level) => delayOfLevel(level, levels))).toEqual([1_000, 60_000, 3_600_000, 7_200_000]);
  });

  it('are cut to the last, and none up to 0', () => {
    const levels = parseDelayLevels(' 1s  2d ');
    expect([99, 0, -1].map((level) => delayOfLevel(level, levels))).toEqual([172_800_000, 0, 0]);
  });

  it.each(['', '1', '1s,2s', '-1s', '1.5s', '1x'])('refuse the table %j', (table) => {
    expect(() => parseDelayLevels(table)).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
  });
});

describe('CRC-32', () => {
  it.each([
    ['', 0],
    ['123456789', 0xcbf4_3926],
    ['hello', 907_060_870],
    ['The quick brown fox jumps over the lazy dog', 0x414f_a339],
  ])('of %j', (text, crc) => {
    expect(crc32(octets(text))).toBe(crc);
    expect(bodyCrc(octets(text))).toBe(crc & 0x7fff_ffff);
  });
});

describe('compression (3)', () => {
  it('is in sysFlag bits 0 and 8 to 10', () => {
    expect([withCompression(0x12, 'zlib'), withCompression(0, 'lz4'), withCompression(0x300, 'zstd')]).toEqual([
      0x313, 0x101, 0x201,
    ]);
    expect([0x301, 0x101, 0x201, 0x300, 0].map((flag) => compressionOf(flag))).toEqual([
      'zlib',
      'lz4',
      'zstd',
      undefined,
      undefined,
    ]);
    expect(withoutCompression(0x313)).toBe(0x312);
  });

  it('is told by the first bytes when an old sender does not say', () => {
    expect(compressionOf(1)).toBe('zlib');
    expect(['04224d18', '28b52ffd', '785e', ''].map((hex) => compressionOf(1, fromHex(hex)))).toEqual([
      'lz4',
      'zstd',
      'zlib',
      'zlib',
    ]);
  });

  it('refuses types nobody knows', () => {
    expect(() => compressionOf(0x401)).toThrow(expect.objectContaining({ code: 'message-malformed' }));
  });
});
