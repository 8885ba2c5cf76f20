import { Emitter, type Listener } from '../core/events.ts';
import type { ConnectionStatus } from '../core/link.ts';
import { type Admin, createAdmin } from './admin/admin.ts';
import { ClientInstance } from './client-instance.ts';
import { type Consumer, createConsumer } from './consumer/consumer.ts';
import type { ConsumerOptions } from './consumer/options.ts';
import type { RocketmqEvent } from './events.ts';
import { type ClientOptions, resolveClientOptions } from './options.ts';
import type { ProducerOptions } from './producer/options.ts';
import { createProducer, type Producer } from './producer/producer.ts';
import { replyError } from './remoting.ts';

/** {@link ClientOptions} and who hears what happens. */
export interface ConnectOptions extends ClientOptions {
  /** Hears every event from the beginning; see `prettyListener`. */
  readonly onEvent?: Listener<RocketmqEvent> | undefined;
}

/** One client of a cluster: producers, consumers and administration on shared connections. */
export interface RocketmqClient extends AsyncDisposable {
  /** Names this client in the cluster. */
  readonly clientId: string;
  readonly admin: Admin;
  /** The connections there are now, to read their state and wait for it. */
  readonly connections: readonly ConnectionStatus[];
  /** Joins a group of producers. @throws UsageError */
  readonly producer: (options: ProducerOptions) => Promise<Producer>;
  /** Joins a consumer group. @throws UsageError */
  readonly consumer: (options: ConsumerOptions) => Promise<Consumer>;
  /** The events from now on. */
  readonly events: () => AsyncGenerator<RocketmqEvent, void>;
  /** Closes consumers, then producers, then connections; each waits for what is under way. Never rejects. */
  readonly close: (options?: { readonly timeoutMs?: number | undefined }) => Promise<void>;
}

/**
 * Connects to a cluster: resolves when a name server has answered.
 * @throws UsageError for wrong options; ConnectionError or TimeoutError when no name server could be reached
 */
export async function connect({ onEvent, ...options }: ConnectOptions): Promise<RocketmqClient> {
  const emitter = new Emitter<RocketmqEvent>();
  if (onEvent !== undefined) emitter.on(onEvent);
  const instance = new ClientInstance(resolveClientOptions(options), emitter.emit);
  const client = new Client(instance, emitter);
  try {
    const reply = await instance.nameServers.call({ name: 'getBrokerClusterInfo', fields: {} });
    if (reply.code !== 0) throw replyError(reply, 'the name server');
    return client;
  } catch (cause) {
    await client.close({ timeoutMs: 0 });
    throw cause;
  }
}

class Client implements RocketmqClient {
  readonly clientId: string;
  readonly admin: Admin;
  readonly #instance: ClientInstance;
  readonly #emitter: Emitter<RocketmqEvent>;

  constructor(instance: ClientInstance, emitter: Emitter<RocketmqEvent>) {
    this.clientId = instance.clientId;
    this.#instance = instance;
    this.#emitter = emitter;
    this.admin = createAdmin(instance);
  }

  get connections(): readonly ConnectionStatus[] {
    return this.#instance.remoting.all;
  }

  readonly producer = (options: ProducerOptions): Promise<Producer> =>
    Promise.resolve().then(() => createProducer(this.#instance, options));

  readonly consumer = (options: ConsumerOptions): Promise<Consumer> => createConsumer(this.#instance, options);

  readonly events = (): AsyncGenerator<RocketmqEvent, void> => this.#emitter.events();

  readonly close = ({ timeoutMs }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> =>
    this.#instance.close({ timeoutMs: timeoutMs ?? this.#instance.options.drainTimeoutMs });

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
