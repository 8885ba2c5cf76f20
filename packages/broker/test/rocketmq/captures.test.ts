import { readFileSync } from 'node:fs';
import { frameDecoder } from '@rmq/protocol/rocketmq';
import { parseLooseJson } from '@rmq/protocol/rocketmq/bodies';
import { decodeMessages } from '@rmq/protocol/rocketmq/messages';
import type { RawClient } from './raw-client.ts';
import { setUp } from './support.ts';

/** A request that an official client sent to RocketMQ 5.3.3, and what it was answered. */
interface Capture {
  readonly id: string;
  readonly from: string;
  readonly to: 'broker' | 'nameServer';
  readonly what: string;
  /** The whole frame. */
  readonly request: string;
  readonly code: number;
  readonly remark: string | null;
  /** Names of the answer's fields. */
  readonly fields: readonly string[];
  /** The answer's JSON body, where it does not depend on times or on what else went on. */
  readonly body?: string;
}

const captures = readFileSync(new URL('captures.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Capture);

/** The recorded broker's place, so that bodies with addresses can be compared as they are. */
const place = { nameServer: { host: '127.0.0.1', port: 19_876 }, broker: { host: '127.0.0.1', port: 20_921 } };

/** Requests are replayed in the order they were recorded: later ones depend on what earlier ones did. */
describe.each([
  { recording: 'a', who: 'the Java client, JSON headers' },
  { recording: 'b', who: 'the Java client, binary headers' },
  { recording: 'e', who: 'the Go client' },
  { recording: 'h', who: 'mqadmin' },
])('what $who sent', ({ recording }) => {
  it('is answered as by the broker it was recorded with', async () => {
    await using setup = await setUp(place);
    const clients = { broker: await setup.client(), nameServer: await setup.nameClient() };
    for (const capture of captures.filter(({ id }) => id.startsWith(recording))) {
      expect(await replay(clients[capture.to], capture)).toEqual(expected(capture));
    }
  });
});

async function replay(client: RawClient, capture: Capture): Promise<object> {
  const bytes = Uint8Array.from(Buffer.from(capture.request, 'hex'));
  const [request] = [...frameDecoder().push(bytes)];
  const answer = await client.raw(bytes, request?.opaque ?? 0);
  return {
    id: `${capture.id} ${capture.what}`,
    code: answer.code,
    fields: Object.keys(answer.extFields).sort(),
    ...(isStatus(capture.remark) ? { remark: answer.remark } : {}),
    ...(capture.body === undefined || answer.body.length === 0
      ? {}
      : { body: sorted(parseLooseJson(new TextDecoder().decode(answer.body))) }),
  };
}

function expected(capture: Capture): object {
  const { id, what, code, remark, fields, body } = capture;
  return {
    id: `${id} ${what}`,
    code,
    fields,
    ...(isStatus(remark) ? { remark } : {}),
    ...(body === undefined ? {} : { body: sorted(parseLooseJson(body)) }),
  };
}

/** Remarks that programs read: statuses, and what an unknown command gets. The others are for people. */
function isStatus(remark: string | null): boolean {
  return remark !== null && (/^[A-Z_]+$/u.test(remark) || remark.startsWith(' request type'));
}

/** Lists in these bodies are sets. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)]));
}

it('has messages of the recorded senders as its own records', async () => {
  await using setup = await setUp(place);
  const clients = { broker: await setup.client(), nameServer: await setup.nameClient() };
  const sends = captures.filter(
    ({ id, what }) => id.startsWith('a') && (what === 'topic-create' || what === 'send-props'),
  );
  for (const capture of sends) await replay(clients[capture.to], capture);
  const pull = captures.find(({ what }) => what === 'pull-found');
  const bytes = Uint8Array.from(Buffer.from(pull?.request ?? '', 'hex'));
  const [request] = [...frameDecoder().push(bytes)];
  const [message] = decodeMessages((await clients.broker.raw(bytes, request?.opaque ?? 0)).body);
  // As the real broker stored it.
  expect(message?.properties).toEqual({
    BUYER_ID: 'buyer',
    MSG_REGION: 'DefaultRegion',
    UNIQ_KEY: '7F000001371330946E09660C6D350003',
    CLUSTER: 'DefaultCluster',
    TAGS: 'TagB',
    KEYS: 'k1 k2',
    u1: 'v1',
    WAIT: 'true',
    TRACE_ON: 'true',
    ü: 'größe',
  });
  expect(message).toMatchObject({ topic: 'LabTopic', queueId: 0, flag: 7, sysFlag: 0, reconsumeTimes: 0 });
});
