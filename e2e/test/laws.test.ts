import { readFile } from 'node:fs/promises';
import { amqpLaws } from '../src/laws/amqp.ts';
import { mqmqLaws } from '../src/laws/mqmq.ts';
import { rocketmqLaws } from '../src/laws/rocketmq.ts';
import { amqpVectors, mqmqVectors, rocketmqVectors } from '../src/laws/vectors.ts';
import { inPackage } from '../src/paths.ts';

const read = (path: string): Promise<string> => readFile(inPackage(`../packages/protocol/test/${path}`), 'utf8');

describe('the laws of the RocketMQ codec', () => {
  it.each(rocketmqLaws)('$name', async ({ check }) => {
    expect(check(await rocketmqVectors(read))).toBeGreaterThan(0);
  });
});

describe('the laws of the AMQP codec', () => {
  it.each(amqpLaws)('$name', async ({ check }) => {
    expect(check(await amqpVectors(read))).toBeGreaterThan(0);
  });
});

describe('the laws of the mqmq codec', () => {
  it.each(mqmqLaws)('$name', async ({ check }) => {
    expect(check(await mqmqVectors(read))).toBeGreaterThan(0);
  });
});
