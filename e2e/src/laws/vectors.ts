import { readFile } from 'node:fs/promises';
import type { RocketmqVectors } from './rocketmq.ts';

/** Beside the codec's tests. */
const folder = new URL('../../../packages/protocol/test/rocketmq/', import.meta.url);

async function lines<T>(name: string): Promise<readonly T[]> {
  const text = await readFile(new URL(name, folder), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** What the laws of the RocketMQ codec are judged by. */
export async function rocketmqVectors(): Promise<RocketmqVectors> {
  return { java: await lines('java.vectors.jsonl'), bodies: await lines('bodies.captures.jsonl') };
}
