import { connect, type ConnectOptions, type Consumer, type Producer, type RocketmqClient } from '@rmq/client/rocketmq';
import { setTimeout as pause } from 'node:timers/promises';
import { within } from '../process/deadline.ts';
import { PeerError } from '../process/peer-error.ts';
import { type Account, Ledger } from './ledger.ts';

/** How to start a load. */
export interface LoadOptions extends Pick<ConnectOptions, 'nameServers' | 'dial'> {
  readonly topic: string;
}

const SENDERS = 4;
/** Between two sends of a sender: an outage of seconds shall not mean a million messages. */
const PAUSE_MS = 2;
const TIMEOUT_MS = 60_000;

/**
 * Traffic that nobody helps: senders that never send again what failed, and a group of two members. It keeps account of
 * what was confirmed and what came, and of when.
 */
export class Load {
  readonly #clients: readonly RocketmqClient[];
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #ledger = new Ledger();
  readonly #watchers = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #handling: Promise<unknown>;
  readonly #sending: Promise<unknown>;

  private constructor(
    clients: readonly RocketmqClient[],
    producer: Producer,
    consumers: readonly Consumer[],
    topic: string,
  ) {
    this.#clients = clients;
    this.#producer = producer;
    this.#topic = topic;
    const handling = consumers.map((consumer) =>
      consumer.run(
        (message) => {
          this.#ledger.receive(Number(message.text()));
          this.#tell();
        },
        { concurrency: 8 },
      ),
    );
    this.#handling = Promise.all(handling);
    this.#sending = Promise.all(Array.from({ length: SENDERS }, () => this.#send()));
  }

  /** Starts it, and settles when messages go all the way. */
  static async start({ topic, ...options }: LoadOptions): Promise<Load> {
    const clients = await Promise.all([connect(options), connect(options)]);
    const [first, second] = clients;
    await first.admin.createTopic({ topic, queues: 8 });
    const group = `${topic}-group`;
    const joining = [first, second].map((client) =>
      client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', commitIntervalMs: 500 }),
    );
    const load = new Load(clients, await first.producer({ group }), await Promise.all(joining), topic);
    await load.progress(200);
    return load;
  }

  /** Settles when so many more sends were confirmed and so many more deliveries came. @throws PeerError `timed-out` */
  async progress(count: number): Promise<void> {
    const ledger = this.#ledger;
    const [confirmed, deliveries] = [ledger.confirmed + count, ledger.deliveries + count];
    await this.#until(() => ledger.confirmed >= confirmed && ledger.deliveries >= deliveries, 'no progress');
  }

  /** When a message is confirmed whose send begins now or later, and when one comes. Epoch milliseconds. */
  async next(): Promise<{ readonly confirmedAt: number; readonly receivedAt: number }> {
    const { number } = this.#ledger.last;
    const now = (): number => Date.now();
    const [confirmedAt, receivedAt] = await Promise.all([
      this.#until(() => this.#ledger.last.confirmed > number, 'no send succeeds').then(now),
      this.#until(() => this.#ledger.last.received > number, 'no message comes').then(now),
    ]);
    return { confirmedAt, receivedAt };
  }

  /** Sends no more, waits for what was confirmed, and ends in good order. */
  async stop(): Promise<Account> {
    this.#stop.abort();
    try {
      await this.#sending;
      await this.#until(() => this.#ledger.account().lost.length === 0, 'confirmed messages do not come');
    } finally {
      await Promise.all(this.#clients.map((client) => client.close()));
      await this.#handling;
    }
    return this.#ledger.account();
  }

  async #send(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const number = this.#ledger.next();
      try {
        await this.#producer.send({ topic: this.#topic, body: number.toString() });
        this.#ledger.confirm(number);
      } catch {
        this.#ledger.fail();
      }
      this.#tell();
      await pause(PAUSE_MS);
    }
  }

  #tell(): void {
    for (const watch of this.#watchers) watch();
  }

  async #until(met: () => boolean, otherwise: string): Promise<void> {
    if (met()) return;
    let watch: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => {
      watch = () => {
        if (met()) resolve();
      };
      this.#watchers.add(watch);
    });
    try {
      await within(reached, TIMEOUT_MS, () => new PeerError('timed-out', `${otherwise}: ${this.#summary()}`));
    } finally {
      if (watch !== undefined) this.#watchers.delete(watch);
    }
  }

  #summary(): string {
    const { confirmed, failed, lost } = this.#ledger.account();
    const counts = `${confirmed.toString()} confirmed, ${failed.toString()} failed`;
    const missing = `${lost.length.toString()} missing: ${lost.slice(0, 5).join(', ')}`;
    return `${counts}, ${this.#ledger.deliveries.toString()} deliveries, ${missing}`;
  }
}
