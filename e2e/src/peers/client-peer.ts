import { randomUUID } from 'node:crypto';
import type { ChildOptions } from '../process/child.ts';
import { PeerConsumer, type PeerConsumerOptions } from './consumer.ts';
import { LineJson } from './line-json.ts';
import { toReceived, toSendResult, toWire, type PeerMessage, type PeerSendResult } from './messages.ts';

/** Which foreign client. */
export type PeerLanguage = 'java' | 'go' | 'node';

/** How to start a producer of a foreign client. */
export interface PeerProducerOptions {
  /** `host:port`. */
  readonly nameServer: string;
  readonly group: string;
  /** Compress bodies from this size on. Bytes. @defaultValue the client's: 4096 */
  readonly compressOverBytes?: number | undefined;
  /** Give up on one send after this long. Milliseconds. @defaultValue the client's: 3000 */
  readonly timeoutMs?: number | undefined;
}

/** One measured run of a foreign client. */
export interface BenchmarkOptions {
  readonly nameServer: string;
  readonly topic: string;
  readonly group: string;
  /** How many messages are measured. */
  readonly messages: number;
  /** How many come before them, uncounted: connections, routes, a warm virtual machine. */
  readonly warmUp: number;
}

/** A measured run that sends. */
export interface SendBenchmarkOptions extends BenchmarkOptions {
  readonly bodyBytes: number;
  readonly inFlight: number;
}

/** What a run took, without its warm-up. */
export interface Measurement {
  readonly messages: number;
  readonly seconds: number;
  /** User and system time of the whole client process. */
  readonly cpuSeconds: number;
  /** Messages the client could not send; they are counted in `messages`. */
  readonly failed: number;
}

const benchmarkTimeoutMs = 320_000;

/** A process that holds an official client and does what the test says. */
export class ClientPeer {
  readonly language: PeerLanguage;
  readonly #line: LineJson;
  readonly #consumers: Map<string, PeerConsumer>;

  private constructor(language: PeerLanguage, line: LineJson, consumers: Map<string, PeerConsumer>) {
    this.language = language;
    this.#line = line;
    this.#consumers = consumers;
  }

  /** Use `prepareJavaPeer` or `prepareGoPeer`, which know the program. @throws PeerError `start-failed`, `exited`. */
  static async start(language: PeerLanguage, program: Omit<ChildOptions, 'onLine'>): Promise<ClientPeer> {
    const consumers = new Map<string, PeerConsumer>();
    const line = await LineJson.start(program, (event) => {
      if (event['event'] === 'message') consumers.get(String(event['consumer']))?.deliver(toReceived(event['message']));
    });
    const peer = new ClientPeer(language, line, consumers);
    await peer.version();
    return peer;
  }

  /** Name and version of the client, e.g. `go v2.1.2`. */
  async version(): Promise<string> {
    return String(((await this.#line.call('hello')) as { readonly client: unknown }).client);
  }

  /** Starts a producer. @throws PeerError `refused`, `timed-out`. */
  async producer(options: PeerProducerOptions): Promise<PeerProducer> {
    const name = `producer-${randomUUID()}`;
    await this.#line.call('producer.start', { ...options, name });
    return new PeerProducer(name, this.#line);
  }

  /** Starts a push consumer. The group may take some seconds until it has its queues. @throws PeerError `refused`, `timed-out`. */
  async consumer(options: PeerConsumerOptions): Promise<PeerConsumer> {
    const name = `consumer-${randomUUID()}`;
    // Before the command: the first delivery may come before the answer.
    const consumer = new PeerConsumer(`${this.language} consumer of ${options.group}`, async () => {
      this.#consumers.delete(name);
      await this.#line.call('consumer.stop', { name });
    });
    this.#consumers.set(name, consumer);
    await this.#line.call('consumer.start', { expression: '*', ...options, name });
    return consumer;
  }

  /** Sends messages of one size as fast as the client can. */
  async benchmarkSend(options: SendBenchmarkOptions): Promise<Measurement> {
    return (await this.#line.call('benchmark.send', { ...options }, benchmarkTimeoutMs)) as Measurement;
  }

  /** Consumes what is in a topic from its start with a push consumer that does nothing else. */
  async benchmarkConsume(options: BenchmarkOptions): Promise<Measurement> {
    return (await this.#line.call('benchmark.consume', { ...options }, benchmarkTimeoutMs)) as Measurement;
  }

  /** Runs a command of the peer's that is not for every client. @throws PeerError `refused`, `timed-out`. */
  call(verb: string, fields: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#line.call(verb, fields);
  }

  get pid(): number {
    return this.#line.pid;
  }

  /** What the client logged last. */
  output(): string {
    return this.#line.output();
  }

  /** Ends the process, whatever it was doing. Stop producers and consumers first when offsets must be stored. */
  async stop(): Promise<void> {
    await this.#line.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** A producer inside a peer. */
export class PeerProducer {
  readonly #name: string;
  readonly #line: LineJson;

  constructor(name: string, line: LineJson) {
    this.#name = name;
    this.#line = line;
  }

  /** @throws PeerError `refused` with the client's own error, `timed-out`. */
  async send(message: PeerMessage): Promise<PeerSendResult> {
    return toSendResult(await this.#line.call('producer.send', { name: this.#name, message: toWire(message) }));
  }

  /** Settles when the client has handed the message to its connection. */
  async sendOneway(message: PeerMessage): Promise<void> {
    await this.#line.call('producer.send', { name: this.#name, message: toWire(message), oneway: true });
  }

  /** All to one queue in one request; the messages must be of one topic. */
  async sendBatch(messages: readonly PeerMessage[]): Promise<PeerSendResult> {
    return toSendResult(
      await this.#line.call('producer.sendBatch', { name: this.#name, messages: messages.map(toWire) }),
    );
  }

  async stop(): Promise<void> {
    await this.#line.call('producer.stop', { name: this.#name });
  }
}
