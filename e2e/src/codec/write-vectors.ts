/**
 * Writes `packages/protocol/test/rocketmq/java.vectors.jsonl`: commands, messages, batches and bodies in the bytes that Java wrote,
 * with what Java says they hold. The cases come from a fixed seed, so that a new version of Java shows as a difference.
 */
import { encodeFrame } from '@rmq/protocol/rocketmq';
import { encodeBatch, encodeMessage } from '@rmq/protocol/rocketmq/messages';
import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { inPackage } from '../paths.ts';
import { prepareJavaPeer } from '../peers/java.ts';
import { bodyCases } from './bodies.ts';
import { anyBatch, anyCommand, anyMessage } from './cases.ts';
import { JavaCodec } from './java-codec.ts';

const sampling = { numRuns: 60, seed: 1 };

const java = await prepareJavaPeer();
if (!java.available) throw new Error(`${java.what}: ${java.why}`);
await using peer = await java.start({});
const codec = new JavaCodec(peer);
const frames = fc.sample(anyCommand, sampling).map((command) => encodeFrame({ ...command, serializeType: 'json' }));
const messages = fc.sample(anyMessage, sampling).map((message) => encodeMessage(message));
const batches = fc.sample(anyBatch, sampling).map((batch) => encodeBatch(batch));
const bodies = await Promise.all(
  bodyCases.map(async ({ encode, javaClass, shape, values }) => {
    const given = fc.sample(values, { numRuns: 4, seed: 1 }).map((value) => encode(value));
    return (await codec.bodies(javaClass, given)).map((seen) => ({ kind: 'body', shape, ...seen }));
  }),
);
const vectors = [
  {
    origin: `${await peer.version()}: RemotingCommand, MessageDecoder and the classes of bodies; written by e2e/src/codec/write-vectors.ts`,
  },
  ...(await codec.frames(frames)).map((seen) => ({ kind: 'frame', ...seen })),
  ...(await codec.messages(messages)).map((seen) => ({ kind: 'message', ...seen })),
  ...(await codec.batches(batches)).map((seen) => ({ kind: 'batch', ...seen })),
  ...bodies.flat(),
];
const file = inPackage('../packages/protocol/test/rocketmq/java.vectors.jsonl');
await writeFile(file, `${vectors.map((vector) => JSON.stringify(vector)).join('\n')}\n`);
