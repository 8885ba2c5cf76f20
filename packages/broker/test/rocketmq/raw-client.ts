import type { CommandName, ExtFields, RemotingCommand, RequestFields } from '@rmq/protocol/rocketmq';
import type { ProducerData, SubscriptionData } from '@rmq/protocol/rocketmq/bodies';
import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { encodeFrame, encodeRequest, frameDecoder, isResponse, response } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { decodeMessages, encodeProperties, subscription } from '@rmq/protocol/rocketmq/messages';
import type { Transport } from '@rmq/transport';

const text = new TextEncoder();

interface Extras {
  readonly body?: Uint8Array;
  readonly extra?: ExtFields;
  readonly version?: number;
  readonly flag?: number;
  readonly serializeType?: 'json' | 'rocketmq';
}

/** A client that says exactly what a test wants it to say, frame by frame. */
export class RawClient {
  readonly transport: Transport;
  /** Requests of the broker, in the order they came. */
  readonly requests: RemotingCommand[] = [];
  /** All frames, by their kind and code: shows the order of answers and notices. */
  readonly log: string[] = [];
  /** How the connection ended. */
  readonly over: Promise<Error | undefined>;
  /** Answers what the broker asks. */
  onRequest: ((command: RemotingCommand) => RemotingCommand | undefined) | undefined;
  readonly #waiting = new Map<number, (command: RemotingCommand) => void>();
  #opaque = 100;

  constructor(transport: Transport) {
    this.transport = transport;
    this.over = this.#read();
  }

  call<N extends CommandName>(name: N, fields: RequestFields<N>, extras: Extras = {}): Promise<RemotingCommand> {
    const opaque = (this.#opaque += 1);
    const answer = new Promise<RemotingCommand>((resolve) => this.#waiting.set(opaque, resolve));
    void this.#request(name, fields, { opaque, ...extras });
    return answer;
  }

  oneway<N extends CommandName>(name: N, fields: RequestFields<N>, extras: Extras = {}): Promise<void> {
    return this.#request(name, fields, { opaque: (this.#opaque += 1), flag: 2, ...extras });
  }

  /** Sends a frame as it is, and waits for the answer with its opaque. */
  raw(frame: Uint8Array, opaque: number): Promise<RemotingCommand> {
    const answer = new Promise<RemotingCommand>((resolve) => this.#waiting.set(opaque, resolve));
    void this.transport.write([frame]);
    return answer;
  }

  /** Bytes that may be anything. */
  bytes(bytes: Uint8Array): Promise<void> {
    return this.transport.write([bytes]);
  }

  end(): void {
    void this.transport.end().catch(() => undefined);
  }

  #request(name: CommandName, fields: object, extras: Extras & { opaque: number }): Promise<void> {
    const { body, extra, opaque, version = 479, flag = 0, serializeType = 'json' } = extras;
    const request = { name, fields: fields as RequestFields<CommandName>, body, extra };
    return this.transport.write([
      encodeRequest(request, { opaque, flag, version, language: 'NODE_JS', serializeType }),
    ]);
  }

  async #read(): Promise<Error | undefined> {
    const decoder = frameDecoder();
    try {
      for await (const chunk of this.transport.incoming) {
        for (const command of decoder.push(chunk)) this.#take(command);
      }
      await this.transport.end();
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  #take(command: RemotingCommand): void {
    this.log.push(`${isResponse(command) ? 'answer' : 'request'} ${command.code}`);
    if (isResponse(command)) {
      this.#waiting.get(command.opaque)?.(command);
      return;
    }
    this.requests.push(command);
    const answer = this.onRequest?.(command);
    if (answer !== undefined) void this.transport.write([encodeFrame(answer)]);
  }
}

export { response };

/** Text as bytes. */
export function octets(value: string): Uint8Array {
  return text.encode(value);
}

/** What to send, with the fields a test does not care about filled in. */
export interface SendWish {
  readonly topic: string;
  readonly queueId?: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly defaultTopic?: string;
  readonly sysFlag?: number;
  readonly batch?: boolean;
  readonly reconsumeTimes?: number;
  readonly maxReconsumeTimes?: number;
}

/** Sends one message by SEND_MESSAGE_V2. */
export function send(client: RawClient, wish: SendWish, body: string | Uint8Array = 'hello'): Promise<RemotingCommand> {
  return client.call('sendMessageV2', sendFields(wish), { body: typeof body === 'string' ? octets(body) : body });
}

export function sendFields({ topic, queueId = 0, properties = {}, ...more }: SendWish): RequestFields<'sendMessageV2'> {
  return {
    producerGroup: 'PG',
    topic,
    defaultTopic: more.defaultTopic ?? 'TBW102',
    defaultTopicQueueNums: 4,
    queueId,
    sysFlag: more.sysFlag ?? 0,
    bornTimestamp: 1_700_000_000_000n,
    flag: 7,
    properties: encodeProperties(properties),
    reconsumeTimes: more.reconsumeTimes ?? 0,
    unitMode: false,
    maxReconsumeTimes: more.maxReconsumeTimes,
    batch: more.batch ?? false,
    brokerName: undefined,
  };
}

/** What to pull, with the fields a test does not care about filled in. */
export interface PullWish {
  readonly topic: string;
  readonly group?: string;
  readonly queueId?: number;
  readonly offset?: bigint;
  readonly max?: number;
  /** In the request; without it what the heartbeat said counts. */
  readonly expression?: string;
  readonly suspendMs?: number;
  readonly commit?: bigint;
  readonly subVersion?: bigint;
}

export function pullFields(wish: PullWish): RequestFields<'pullMessage'> {
  const { expression, suspendMs = 0, commit } = wish;
  const sysFlag = (commit === undefined ? 0 : 1) | (suspendMs > 0 ? 2 : 0) | (expression === undefined ? 0 : 4);
  return {
    consumerGroup: wish.group ?? 'CG',
    topic: wish.topic,
    queueId: wish.queueId ?? 0,
    queueOffset: wish.offset ?? 0n,
    maxMsgNums: wish.max ?? 32,
    sysFlag,
    commitOffset: commit ?? 0n,
    suspendTimeoutMillis: BigInt(suspendMs),
    subscription: expression,
    subVersion: wish.subVersion ?? 0n,
    expressionType: 'TAG',
    maxMsgBytes: undefined,
    requestSource: undefined,
    proxyFrowardClientId: undefined,
  };
}

export function pull(client: RawClient, wish: PullWish): Promise<RemotingCommand> {
  return client.call('pullMessage', pullFields({ expression: '*', ...wish }));
}

/** Bodies of the messages an answer carries. */
export function bodies(answer: RemotingCommand): string[] {
  return messages(answer).map(({ body }) => new TextDecoder().decode(body));
}

export function messages(answer: RemotingCommand): StoredMessage[] {
  return decodeMessages(answer.body);
}

/** Registers a consumer, and producers. */
export function heartbeat(
  client: RawClient,
  wish: {
    readonly clientId: string;
    readonly group?: string;
    readonly topics?: readonly string[];
    readonly version?: number;
    readonly producers?: readonly ProducerData[];
    readonly broadcasting?: boolean;
    readonly subscriptions?: readonly SubscriptionData[];
  },
): Promise<RemotingCommand> {
  const { group, topics = ['T'], version = 1, producers = [], broadcasting = false } = wish;
  const consumers =
    group === undefined
      ? []
      : [
          {
            groupName: group,
            consumeType: 'CONSUME_PASSIVELY' as const,
            messageModel: broadcasting ? ('BROADCASTING' as const) : ('CLUSTERING' as const),
            consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' as const,
            subscriptionDataSet: wish.subscriptions ?? topics.map((topic) => subscription(topic, '*', version)),
            unitMode: false,
          },
        ];
  const body = encodeBody('HeartbeatData', {
    clientID: wish.clientId,
    producerDataSet: producers,
    consumerDataSet: consumers,
    heartbeatFingerprint: 0,
    withoutSub: false,
  });
  return client.call('heartBeat', {}, { body });
}

/** Creates a topic. */
export function createTopic(client: RawClient, topic: string, queues = 4): Promise<RemotingCommand> {
  return client.call('updateAndCreateTopic', {
    topic,
    defaultTopic: 'TBW102',
    readQueueNums: queues,
    writeQueueNums: queues,
    perm: 6,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: false,
    attributes: undefined,
    force: undefined,
  });
}
