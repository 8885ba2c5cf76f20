import type { RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import type { ConsumerData } from '@rmq/protocol/rocketmq/bodies';
import type { Compression, MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { plainRequest } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { FakeClock } from '@rmq/testkit';
import { memoryNetwork } from '@rmq/transport';
import type { Consumer } from '../../../src/rocketmq/consumer/consumer.ts';
import { createConsumer } from '../../../src/rocketmq/consumer/consumer.ts';
import type { ConsumerOptions } from '../../../src/rocketmq/consumer/options.ts';
import type { RocketmqEvent } from '../../../src/rocketmq/events.ts';
import type { Instance, Member } from '../../../src/rocketmq/instance.ts';
import { resolveClientOptions } from '../../../src/rocketmq/options.ts';
import type { CallOptions, Remoting } from '../../../src/rocketmq/remoting.ts';
import type { Routes } from '../../../src/rocketmq/routes.ts';
import type { Wanted } from './messages.ts';
import { storedBytes } from './messages.ts';

/** A request as the scripted broker saw it. */
export interface Seen {
  readonly name: string;
  readonly address: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array | undefined;
  readonly at: number;
}

/** An answer, or a failure. */
export type Reply = { code?: number; fields?: Record<string, unknown>; body?: Uint8Array; remark?: string } | Error;
type Script = (seen: Seen) => Reply | Promise<Reply> | undefined;

interface Waiting {
  readonly seen: Seen;
  readonly answer: (reply: Reply) => void;
}

const NONE = new Uint8Array(0);
export const SELF = '10.0.0.9@me';
export const key = (queue: { topic: unknown; queueId: unknown }): string =>
  `${String(queue.topic)}/${String(queue.queueId)}`;

/** One broker and its name server in memory, at the level of requests and answers. Answers what the tests do not script. */
export class ScriptedBroker {
  readonly clock: FakeClock;
  readonly seen: Seen[] = [];
  readonly routes = new Map<string, MessageQueue[]>();
  readonly stored = new Map<string, { offset: number; bytes: Uint8Array }[]>();
  readonly committed = new Map<string, number>();
  members: string[] = [SELF];
  readonly #scripts = new Map<string, Script>();
  readonly #held = new Set<Waiting>();

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  /** Answers this command from now on, where `script` gives an answer. @returns ends it */
  on(name: string, script: Script): () => void {
    this.#scripts.set(name, script);
    return () => this.#scripts.delete(name);
  }

  /** All requests of one kind. */
  of(name: string): Seen[] {
    return this.seen.filter((each) => each.name === name);
  }

  topic(topic: string, count = 1): MessageQueue[] {
    const queues = Array.from({ length: count }, (_, queueId) => ({ topic, brokerName: 'broker-a', queueId }));
    this.routes.set(topic, queues);
    return queues;
  }

  /** Stores messages, and answers held pulls of their queue. */
  send(queue: MessageQueue, ...messages: Partial<Wanted>[]): void {
    const log = this.log(queue);
    for (const message of messages) {
      const offset = message.offset ?? (log.at(-1)?.offset ?? -1) + 1;
      log.push({ offset, bytes: storedBytes({ topic: queue.topic, queueId: queue.queueId, ...message, offset }) });
    }
    for (const waiting of this.#held) {
      if (key(waiting.seen.fields as never) !== key(queue)) continue;
      this.#held.delete(waiting);
      waiting.answer(this.#found(waiting.seen));
    }
  }

  /** Stores `count` plain messages. */
  fill(queue: MessageQueue, count: number): void {
    this.send(queue, ...Array.from({ length: count }, () => ({})));
  }

  log(queue: { topic: unknown; queueId: unknown }): { offset: number; bytes: Uint8Array }[] {
    const log = this.stored.get(key(queue)) ?? [];
    this.stored.set(key(queue), log);
    return log;
  }

  get held(): number {
    return this.#held.size;
  }

  async answer(seen: Seen): Promise<Reply> {
    this.seen.push(seen);
    const scripted = await this.#scripts.get(seen.name)?.(seen);
    return scripted ?? this.#usual(seen);
  }

  #usual(seen: Seen): Reply | Promise<Reply> {
    const { fields } = seen;
    switch (seen.name) {
      case 'getConsumerListByGroup':
        return { body: encodeBody('ConsumerList', { consumerIdList: this.members }) };
      case 'queryConsumerOffset': {
        const offset = this.committed.get(key(fields as never));
        return offset === undefined ? { code: 22 } : { fields: { offset } };
      }
      case 'updateConsumerOffset':
        this.committed.set(key(fields as never), Number(fields['commitOffset']));
        return {};
      case 'getMaxOffset':
        return { fields: { offset: (this.log(fields as never).at(-1)?.offset ?? -1) + 1 } };
      case 'searchOffsetByTimestamp':
        return { fields: { offset: 3 } };
      case 'pullMessage':
        return this.#pull(seen);
      case 'sendMessageV2':
        return { fields: { msgId: '0A00000100002A9F0000000000000000', queueId: 0, queueOffset: 0 } };
      default:
        return {};
    }
  }

  #found({ fields }: Seen): Reply {
    const from = Number(fields['queueOffset']);
    const found = this.log(fields as never).filter(({ offset }) => offset >= from);
    const batch = found.slice(0, Number(fields['maxMsgNums']));
    if (batch.length === 0) return { code: 19, fields: this.header(from) };
    const body = Buffer.concat(batch.map(({ bytes }) => bytes));
    return { body: new Uint8Array(body), fields: this.header((batch.at(-1)?.offset ?? 0) + 1) };
  }

  /** What every pull answer holds. */
  header(next: number, suggestWhichBrokerId = 0): Record<string, unknown> {
    return { nextBeginOffset: next, minOffset: 0, maxOffset: next, suggestWhichBrokerId };
  }

  #pull(seen: Seen): Reply | Promise<Reply> {
    if ((Number(seen.fields['sysFlag']) & 1) !== 0) {
      this.committed.set(key(seen.fields as never), Number(seen.fields['commitOffset']));
    }
    const found = this.#found(seen);
    if (found instanceof Error || found.code === undefined) return found;
    return new Promise((answer) => {
      const waiting = { seen, answer };
      this.#held.add(waiting);
      this.clock.after(Number(seen.fields['suspendTimeoutMillis']), () => {
        if (this.#held.delete(waiting)) answer(found);
      });
    });
  }
}

function toCommand(reply: Exclude<Reply, Error>): RemotingCommand {
  const fields = Object.entries(reply.fields ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    code: reply.code ?? 0,
    flag: 1,
    opaque: 1,
    version: 479,
    language: 'JAVA',
    remark: reply.remark,
    extFields: Object.fromEntries(fields) as Record<string, string>,
    body: reply.body ?? NONE,
    serializeType: 'json',
  };
}

function remotingTo(broker: ScriptedBroker): Remoting {
  const call = async (address: string, request: Request, options: CallOptions = {}): Promise<RemotingCommand> => {
    const { name, fields, body } = plainRequest(request);
    const seen = { name, address, fields, body, at: broker.clock.now() };
    const { signal } = options;
    const answer = broker.answer(seen);
    const reply = await new Promise<Reply>((resolve, reject) => {
      const abort = (): void => reject(signal?.reason as Error);
      signal?.addEventListener('abort', abort, { once: true });
      answer.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
    });
    if (reply instanceof Error) throw reply;
    return toCommand(reply);
  };
  return {
    call,
    oneway: async (address, request) => {
      await call(address, request);
    },
  };
}

function routesOf(broker: ScriptedBroker): Routes {
  const address = 'a:10911';
  return {
    knownPublishQueues: (topic) => broker.routes.get(topic),
    publishQueues: async (topic) => broker.routes.get(topic) ?? [],
    subscribeQueues: async (topic) => broker.routes.get(topic),
    brokerAddress: (_, id = 0) => (id === 0 ? address : id === 1 ? 'slave:10911' : undefined),
    masterAddress: async () => address,
    anyBrokerOf: async () => address,
    brokers: () => [{ brokerName: 'broker-a', brokerId: 0, address }],
    unreachable: () => undefined,
    refresh: async () => false,
  };
}

/** A consumer in front of a scripted broker, and what is needed to look at both. */
export interface Rig {
  readonly clock: FakeClock;
  readonly broker: ScriptedBroker;
  readonly instance: Instance;
  readonly events: RocketmqEvent[];
  readonly heartbeats: ConsumerData[];
  readonly left: string[];
  readonly member: () => Member;
  readonly join: (options?: Partial<ConsumerOptions>) => Promise<Consumer>;
}

export function rig(): Rig {
  const clock = new FakeClock();
  const broker = new ScriptedBroker(clock);
  const events: RocketmqEvent[] = [];
  const heartbeats: ConsumerData[] = [];
  const left: string[] = [];
  let member: Member | undefined;
  const zlib: Compression = {
    type: 'zlib',
    compress: (bytes) => bytes,
    decompress: (bytes, { maxBytes }) => {
      const text = new TextDecoder().decode(bytes);
      if (!text.startsWith('zip:')) throw new Error('not compressed');
      if (bytes.length > maxBytes) throw new Error('too large');
      return new TextEncoder().encode(text.slice(4));
    },
  };
  // Only what consumers use.
  const instance: Partial<Instance> = {
    clientId: SELF,
    clock,
    random: () => 0,
    options: resolveClientOptions({ nameServers: ['n:9876'], dial: memoryNetwork().dial }),
    emit: (event) => {
      events.push(event);
    },
    remoting: remotingTo(broker),
    routes: routesOf(broker),
    join: (joining: Member) => {
      member = joining;
      return async () => {
        left.push(joining.group);
      };
    },
    heartbeatNow: async () => {
      if (member !== undefined) heartbeats.push(member.heartbeat() as ConsumerData);
    },
    nextUniqueKey: () => 'KEY',
    compression: () => zlib,
  };
  return {
    clock,
    broker,
    instance: instance as Instance,
    events,
    heartbeats,
    left,
    member: () => {
      if (member === undefined) throw new Error('nobody joined');
      return member;
    },
    async join(options = {}) {
      broker.routes.set('%RETRY%G', broker.routes.get('%RETRY%G') ?? []);
      if (broker.routes.get('%RETRY%G')?.length === 0) broker.topic('%RETRY%G');
      const joining = createConsumer(instance as Instance, {
        group: 'G',
        subscribe: { T: '*' },
        startFrom: 'first',
        ...options,
      });
      await clock.advance(0);
      return joining;
    },
  };
}
