import { readFileSync } from 'node:fs';
import type { FrameDecoder } from '@rmq/protocol/bytes';
import {
  type Refused,
  type Request,
  requestDecoder,
  requestFrame,
  type Response,
  responseDecoder,
} from '@rmq/protocol/mqmq';
import { decodeInfo } from '@rmq/protocol/mqmq/info';
import { drain } from '@rmq/testkit';
import type { MqmqClient } from '../../src/mqmq/index.ts';
import { bytesOf, failure, type Peer, rig } from './peer.ts';

/** A frame of an exchange with the original, or the end of the connection. */
interface Step {
  readonly scenario: string;
  readonly direction: 'c2s' | 's2c';
  /** Hex. */
  readonly bytes?: string;
  readonly repeat?: { readonly prefix: string; readonly byte: string; readonly times: number };
}

const recorded = new URL('../../../protocol/test/mqmq/exchanges.jsonl', import.meta.url);
const steps = readFileSync(recorded, 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1) // the first line tells their origin
  .map((line) => JSON.parse(line) as Step);
const names = [...new Set(steps.map(({ scenario }) => scenario))].filter((name) => !name.startsWith('hostile'));

function read<T extends object>(decoder: FrameDecoder<T>, name: string, direction: Step['direction']): T[] {
  for (const step of steps) {
    if (step.scenario !== name || step.direction !== direction) continue;
    const { bytes = '', repeat } = step;
    if (repeat === undefined) decoder.push(Buffer.from(bytes, 'hex'));
    else
      decoder.push(Buffer.concat([Buffer.from(repeat.prefix, 'hex'), Buffer.alloc(repeat.times, repeat.byte, 'hex')]));
  }
  return [...decoder];
}

function isSame(one: Request, other: Request): boolean {
  return Buffer.from(bytesOf(requestFrame(one))).equals(bytesOf(requestFrame(other))); // `toEqual` would take minutes
}

/** The nearest thing that our client can ask: it does not send what the original refuses. */
function nearest(request: Request | Refused): Request {
  const queue = new Uint8Array(1);
  return request.type === 'Refused' ? { type: 'Put', queue, message: queue } : request;
}

function ask(client: MqmqClient, request: Request): Promise<unknown> {
  if (request.type === 'Put') return client.put(request.queue, request.message);
  if (request.type === 'Info') return client.info();
  if (request.type === 'Quit') return client.close();
  return client.get(request.queue, { timeoutMs: request.timeoutMs });
}

/** What the answer of the original becomes at our caller. */
async function expectAnswer(outcome: Promise<unknown>, response: Response, request: Request): Promise<void> {
  if (response.type === 'Timeout') expect(await failure(outcome)).toMatchObject({ code: 'no-message' });
  else if (response.type === 'Error') expect(await failure(outcome)).toMatchObject({ responseName: response.error });
  else if (request.type === 'Put') expect(await outcome).toBeUndefined();
  else if (response.value === undefined) throw new Error('a get and an info have a value');
  else if (request.type === 'Info') expect(await outcome).toEqual(decodeInfo(response.value));
  else {
    const { body } = (await outcome) as { readonly body: Uint8Array };
    expect(Buffer.from(response.value).equals(body)).toBe(true);
  }
}

async function replay(client: MqmqClient, peer: Peer, name: string): Promise<void> {
  const answers = read(responseDecoder(), name, 's2c');
  for (const recorded of read(requestDecoder(), name, 'c2s')) {
    const request = nearest(recorded);
    if (request.type === 'Quit') continue;
    const outcome = ask(client, request);
    outcome.catch(() => undefined);
    await drain();
    const arrived = peer.arrived.at(-1);
    const answer = answers.shift();
    if (arrived === undefined || answer === undefined) throw new Error('each request has an answer');
    expect(isSame(nearest(arrived.request), request)).toBe(true);
    await peer.send(answer, arrived.on);
    await expectAnswer(outcome, answer, request);
  }
  expect(answers).toEqual([]);
}

describe('exchanges with the original', () => {
  it.each(names)('%s: the client asks the same, and makes of each answer what it says', async (name) => {
    const { client, clock, peer } = await rig();
    peer.answer = () => undefined;
    await replay(client, peer, name);
    const closed = client.close();
    await drain();
    await closed;
    expect(peer.asked.at(-1)).toBe('Quit');
    expect(clock.pending).toBe(0);
  });
});
