import { randomBytes } from 'node:crypto';
import { compressionOf } from '@rmq/protocol/rocketmq/messages';
import type { PeerConsumerOptions } from '../peers/consumer.ts';
import type { PeerReceived, PeerSendResult } from '../peers/messages.ts';
import { ourClient } from '../peers/our-client.ts';
import type { Party, PartyConsumer, PartyProducer } from '../peers/party.ts';
import { hashOf, same, withClient } from './foreign-checks.ts';

/** Two clients and a cluster whose delay levels begin with 1, 2 and 3 seconds. */
export interface Encounter {
  /** `host:port` of a name server. */
  readonly nameServer: string;
  /** Who sends. */
  readonly from: Party;
  /** Who receives; may be the same. */
  readonly to: Party;
  /** A name that no other scenario uses. */
  readonly unique: (name: string) => string;
}

/** One thing that two clients do together, whoever made them and the broker. Rejects when it does not work. */
export interface ForeignScenario {
  readonly name: string;
  readonly run: (encounter: Encounter) => Promise<void>;
}

/** An encounter under way: a topic that the first send creates, and clients that are stopped at its end. */
interface Meeting {
  readonly nameServer: string;
  readonly from: Party;
  readonly topic: string;
  readonly group: string;
  readonly sender: (options?: { readonly compressOverBytes?: number }) => Promise<PartyProducer>;
  readonly receiver: (options?: Partial<PeerConsumerOptions>) => Promise<PartyConsumer>;
}

function scenario(name: string, body: (meeting: Meeting) => Promise<void>): ForeignScenario {
  return {
    name,
    async run({ nameServer, from, to, unique }) {
      const [topic, group] = [unique('topic'), unique('receivers')];
      const running: { readonly stop: () => Promise<void> }[] = [];
      const started = <Client extends (typeof running)[number]>(client: Client): Client => {
        running.push(client);
        return client;
      };
      let senders = 0;
      try {
        await body({
          ...{ nameServer, from, topic, group },
          sender: async (options) => {
            const own = { nameServer, group: unique(`senders-${(senders += 1).toString()}`), timeoutMs: 20_000 };
            return started(await from.producer({ ...own, ...options }));
          },
          receiver: async (options) => started(await to.consumer({ nameServer, group, topic, ...options })),
        });
      } finally {
        // A Java client may take 3 s to stop: its event thread looks up no more often.
        await Promise.all(running.map((client) => client.stop()));
      }
    },
  };
}

const textOf = ({ body }: PeerReceived): string => Buffer.from(body ?? []).toString();
const textsOf = (messages: readonly PeerReceived[]): readonly string[] => messages.map(textOf).sort();

/** What both sides must agree on. A receiver knows the place of a message without having sent it. */
function placeOf(message: PeerReceived | PeerSendResult): readonly unknown[] {
  const { messageId, offsetMessageId, brokerName, queueId, queueOffset } = message;
  return [messageId, offsetMessageId, brokerName, queueId, queueOffset];
}

/** What clients of any two makes do with each other, through any broker. */
export const foreignScenarios: readonly ForeignScenario[] = [
  scenario('exchange tags, keys, properties and unicode', async ({ topic, sender, receiver }) => {
    const producer = await sender();
    const properties = { stadt: 'Zürich', 'straße 🚀': '東京, "1"\n' };
    const first = { topic, body: 'grüße 🚀', tags: 'a', keys: ['k1', 'k2'], properties, flag: 7 };
    const sent = await producer.send(first);
    await producer.send({ topic, body: 'not asked for', tags: 'c' });
    const second = await producer.send({ topic, body: 'last', tags: 'b' });
    const received = await (await receiver({ expression: 'a || b' })).until(2);
    same(textsOf(received), ['grüße 🚀', 'last'], 'bodies');
    const [one, other] = ['a', 'b'].map((tag) => received.find(({ tags }) => tags === tag));
    if (one === undefined || other === undefined) throw new Error('a tag is missing');
    same([one.topic, one.keys, one.flag, one.reconsumeTimes], [topic, 'k1 k2', 7, 0], 'message');
    for (const [name, value] of Object.entries(properties)) same(one.properties[name], value, `property ${name}`);
    same([other.keys, other.flag], ['', 0], 'message without keys and flag');
    same([one, other].map(placeOf), [sent, second].map(placeOf), 'ids and places');
  }),

  scenario('exchange batches and what was sent oneway', async ({ from, topic, sender, receiver }) => {
    const producer = await sender();
    const batch = ['b1', 'b2', 'b3'].map((body) => ({
      topic,
      body,
      tags: 'b',
      keys: [body],
      properties: { is: body },
    }));
    const sent = await producer.sendBatch(batch);
    await producer.sendOneway({ topic, body: 'oneway', tags: 'o' });
    const received = await (await receiver()).until(4);
    same(textsOf(received), ['b1', 'b2', 'b3', 'oneway'], 'bodies');
    const members = received.filter(({ tags }) => tags === 'b').sort((a, b) => Number(a.queueOffset - b.queueOffset));
    same(
      members.map((message) => [textOf(message), message.keys, message.properties['is']]),
      batch.map(({ body }) => [body, body, body]),
      'each with what is its own, in order',
    );
    same(members.map(({ offsetMessageId }) => offsetMessageId).join(','), sent.offsetMessageId, 'ids of places');
    // The Java client tells ids that it has the broker overwrite, the Go client gives a batch's messages none.
    if (from === ourClient) same(members.map(({ messageId }) => messageId).join(','), sent.messageId, 'ids');
  }),

  scenario('exchange bodies of one byte, compressed ones and ones of 4 MiB', async (meeting) => {
    const { nameServer, topic, sender, receiver } = meeting;
    const [compressing, plain] = [await sender(), await sender({ compressOverBytes: 2 ** 30 })];
    const [tiny, text, full] = [Buffer.of(0), Buffer.alloc(100_000, 'compress me'), randomBytes(4 * 1024 * 1024)];
    await compressing.send({ topic, body: tiny });
    const compressed = await compressing.send({ topic, body: text });
    const large = await plain.send({ topic, body: full });
    const received = await (await receiver()).until(3);
    same(received.map(({ bodySha256 }) => bodySha256).sort(), [tiny, text, full].map(hashOf).sort(), 'bodies');
    // What a sender did to a body shows in the store only.
    await withClient(nameServer, async ({ admin }) => {
      const [small, whole] = [
        await admin.viewById(compressed.offsetMessageId),
        await admin.viewById(large.offsetMessageId),
      ];
      same([compressionOf(small.sysFlag), small.body.byteLength < 4_096], ['zlib', true], 'the compressed body');
      same([compressionOf(whole.sysFlag), hashOf(whole.body)], [undefined, hashOf(full)], 'the body of 4 MiB');
    });
  }),

  scenario('exchange delayed messages and ones that are refused once', async (meeting) => {
    const { nameServer, topic, group, sender, receiver } = meeting;
    const producer = await sender();
    const sent = [
      await producer.send({ topic, body: 'again' }),
      await producer.send({ topic, body: 'delayed', delayLevel: 1 }),
    ];
    // The group's retry topic comes into being with its first heartbeat, and a foreign consumer that is there already
    // finds it only 20 s later. So it is somebody else who joins first.
    await (await ourClient.consumer({ nameServer, group, topic: 'TBW102' })).stop();
    const consumer = await receiver({ retries: 1 });
    const retried = (message: PeerReceived): boolean => message.reconsumeTimes === 1;
    const received = await consumer.until((all) => all.filter(retried).length === 2);
    same(textsOf(received), ['again', 'again', 'delayed', 'delayed'], 'deliveries');
    for (const [index, body] of ['again', 'delayed'].entries()) {
      const [first, second] = received.filter((message) => textOf(message) === body);
      const id = sent[index]?.messageId;
      same(
        [first, second].map((message) => message?.messageId),
        [id, id],
        `ids of ${body}`,
      );
      same(
        [first, second].map((message) => message?.topic),
        [topic, topic],
        `topics of ${body}`,
      );
      same(
        [first, second].map((message) => message?.reconsumeTimes),
        [0, 1],
        `redeliveries of ${body}`,
      );
    }
    const delayed = received.find((message) => textOf(message) === 'delayed');
    const waitedMs = (delayed?.storeTimestamp ?? 0) - (delayed?.bornTimestamp ?? 0);
    same(waitedMs >= 900, true, `the delay of one second, which took ${waitedMs.toString()} ms`);
  }),
];
