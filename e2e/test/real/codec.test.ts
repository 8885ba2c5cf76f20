import { decodeFrame, encodeFrame, type RemotingCommand, type SerializeType } from '@rmq/protocol/rocketmq';
import {
  bodyCrc,
  decodeBatch,
  decodeMessages,
  decodeProperties,
  encodeBatch,
  encodeMessage,
  type HostAddress,
  messageFields,
  offsetMessageId,
  parseAddress,
} from '@rmq/protocol/rocketmq/messages';
import fc from 'fast-check';
import { bodyCases } from '../../src/codec/bodies.ts';
import { anyBatch, anyCommand, anyMessage, arrived, isExact } from '../../src/codec/cases.ts';
import { JavaCodec, type JavaFrame } from '../../src/codec/java-codec.ts';
import type { ClientPeer } from '../../src/peers/client-peer.ts';
import { prepareJavaPeer } from '../../src/peers/java.ts';
import { describeWith } from '../support/describe-with.ts';

const CASES = 3_000;
const BODY_CASES = 200;
const forms: readonly SerializeType[] = ['json', 'rocketmq'];
const seed = Date.now() & 0x7fff_ffff;

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const hostOf = ({ host, port }: HostAddress): string =>
  `${Buffer.from(parseAddress(host)).toString('base64')}:${port.toString()}`;

/** Sets and maps of Java come in any order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const text = (each: unknown): string => fc.stringify(each);
    return value.map(sorted).toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}

/** What Java says it read, in our words. */
function seen(frame: JavaFrame, serializeType: SerializeType): unknown {
  const { code, language, version, opaque, flag, remark, extFields, body } = frame;
  const own = { code, language, version, opaque, flag, remark: remark ?? undefined, extFields: extFields ?? {} };
  return { ...own, body: bytesOf(body), serializeType };
}

await describeWith(`Java's codec and ours (seed ${seed.toString()})`, { java: prepareJavaPeer() }, ({ java }) => {
  let peer: ClientPeer;
  let codec: JavaCodec;

  beforeAll(async () => {
    peer = await java.start({});
    codec = new JavaCodec(peer);
  });
  afterAll(() => peer.stop());

  it.each(forms)(
    `read the same in ${CASES.toString()} commands with a header in %s, and write what the other reads`,
    async (form) => {
      const commands = fc.sample(anyCommand, { numRuns: CASES, seed });
      const frames = await codec.frames(commands.map((command) => encodeFrame({ ...command, serializeType: form })));
      for (const [index, frame] of frames.entries()) {
        const command = commands[index];
        if (command === undefined || 'refused' in frame)
          throw new Error(`${JSON.stringify(frame)}: ${fc.stringify(command)}`);
        const expected = arrived(command, form);
        expect(seen(frame, form)).toEqual(expected);
        for (const other of forms) {
          const bytes = bytesOf(frame[other] ?? '');
          const read: RemotingCommand = decodeFrame(bytes);
          expect(read).toEqual(arrived(expected, other));
          if (isExact(command)) expect(encodeFrame(read)).toEqual(bytes);
        }
      }
    },
  );

  it(`read the same in ${CASES.toString()} stored messages, V1 and V2, and write what the other reads`, async () => {
    const messages = fc.sample(anyMessage, { numRuns: CASES, seed });
    const answers = await codec.messages(messages.map((message) => encodeMessage(message)));
    for (const [index, answer] of answers.entries()) {
      const message = messages[index];
      if (message === undefined || 'refused' in answer)
        throw new Error(`${JSON.stringify(answer)}: ${fc.stringify(message)}`);
      const { topic, body, queueOffset, physicalOffset, preparedTransactionOffset, bornHost, storeHost } = message;
      const { queueId, flag, reconsumeTimes, bornTimestamp, storeTimestamp, properties } = message;
      const plain = { topic, queueId, flag, reconsumeTimes, bornTimestamp, storeTimestamp, properties };
      expect(answer).toMatchObject({
        ...plain,
        queueOffset: queueOffset.toString(),
        physicalOffset: physicalOffset.toString(),
        preparedTransactionOffset: preparedTransactionOffset.toString(),
        bornHost: hostOf(bornHost),
        storeHost: hostOf(storeHost),
        bodyCrc: bodyCrc(body),
        body: Buffer.from(body).toString('base64'),
        messageId: offsetMessageId(storeHost, physicalOffset),
      });
      const [read] = decodeMessages(bytesOf(answer.bytes));
      if (read === undefined) throw new Error(`Java wrote no message: ${fc.stringify(message)}`);
      expect(messageFields(read)).toMatchObject({
        ...plain,
        body,
        queueOffset,
        physicalOffset,
        preparedTransactionOffset,
      });
      expect([hostOf(read.bornHost), hostOf(read.storeHost)]).toEqual([hostOf(bornHost), hostOf(storeHost)]);
    }
  });

  it(`read the same in ${CASES.toString()} batches, and write what the other reads`, async () => {
    const batches = fc.sample(anyBatch, { numRuns: CASES, seed });
    const answers = await codec.batches(batches.map((batch) => encodeBatch(batch)));
    for (const [index, answer] of answers.entries()) {
      const batch = batches[index];
      if (batch === undefined || 'refused' in answer)
        throw new Error(`${JSON.stringify(answer)}: ${fc.stringify(batch)}`);
      expect(answer.messages.map((each) => ({ ...each, body: bytesOf(each.body) }))).toEqual(batch);
      const read = decodeBatch(bytesOf(answer.bytes));
      expect(read.map((each) => ({ ...each, properties: decodeProperties(each.properties) }))).toEqual(batch);
    }
  });

  it.each(bodyCases)(
    `read the same in ${BODY_CASES.toString()} bodies of $shape, and write what the other reads`,
    async ({ javaClass, decode, encode, values }) => {
      const bodies = fc.sample(values, { numRuns: BODY_CASES, seed });
      const answers = await codec.bodies(
        javaClass,
        bodies.map((body) => encode(body)),
      );
      for (const [index, answer] of answers.entries()) {
        const expected = decode(encode(bodies[index]));
        if ('refused' in answer) throw new Error(`${answer.refused}: ${fc.stringify(bodies[index])}`);
        expect(sorted(decode(bytesOf(answer.bytes)))).toEqual(sorted(expected));
      }
    },
  );
});
