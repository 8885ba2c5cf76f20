import type { Response } from '@rmq/protocol/mqmq';
import { requestDecoder } from '@rmq/protocol/mqmq';
import type { Transport } from '@rmq/transport';
import type { Clock } from '../core/clock.ts';
import { ConnectionEnd } from '../core/connection-end.ts';
import { Outbox } from '../core/outbox.ts';
import type { Answers } from './answers.ts';
import { encodeAnswer, lengthOf, OK_BYTES, OKS, writeAnswer, writeAnswers } from './answers.ts';
import { Deliveries } from './deliveries.ts';
import type { CloseReason, MqmqServerEvent } from './events.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { Session } from './session.ts';

/** No more requests are taken while so much waits to go out. Bytes. */
const HIGH_WATER_BYTES = 256 * 1_024;
/** So much is read ahead while a request has to wait; then its client's FIN can no longer be seen. Bytes. */
const READ_AHEAD_BYTES = 64 * 1_024;
/** Replies up to this size leave together; larger ones as they are. Bytes. */
const SMALL_BYTES = 8 * 1_024;
/** How long a client that should leave may take to do so. Milliseconds. */
const GOODBYE_MS = 1_000;

const MEMORY_LIMIT: Response = { type: 'Error', error: 'SERVER_MEMORY_LIMIT' };

/** What connections of one server share. */
export interface ConnectionParts {
  readonly queues: Queues;
  readonly clock: Clock;
  /** The JSON of an Info. */
  readonly info: () => Uint8Array;
  readonly emit: (event: MqmqServerEvent) => void;
}

/** The loop that joins one transport to its {@link Session}. */
export class Connection {
  readonly #transport: Transport;
  readonly #parts: ConnectionParts;
  readonly #onOver: () => void;
  #decoder = requestDecoder();
  readonly #outbox: Outbox;
  readonly #deliveries = new Deliveries();
  readonly #session: Session;
  /** How much of a frame that is not whole yet has been accounted for. Bytes. */
  #held = 0;
  /** Answers that lie behind each other, to Puts or to Gets of one queue: they are queued at once, when others come. */
  #run: Answers | undefined;
  /** The client does not read its replies, so no requests are taken. */
  #isStalled = false;
  /** Lets the reading go on. */
  #resume: (() => void) | undefined;
  #ending: Promise<void> | undefined;
  #reason: CloseReason = 'end';
  #cause: Error | undefined;
  #activeAt: number;

  /** @param onOver - called once, when no more requests will be taken */
  constructor(transport: Transport, parts: ConnectionParts, onOver: () => void) {
    this.#transport = transport;
    this.#parts = parts;
    this.#onOver = onOver;
    this.#activeAt = parts.clock.now();
    this.#outbox = new Outbox(transport, {
      highWaterBytes: HIGH_WATER_BYTES,
      maxBytes: Infinity, // a reply more than the high water, at most: no request is taken above it
      onOverflow: () => undefined,
      onSent: () => {
        this.#activeAt = parts.clock.now();
        this.#deliveries.sent(this.#outbox.batch);
      },
      onFailed: (cause) => void this.#end('fault', asError(cause)),
    });
    this.#session = this.#openSession();
  }

  /** When bytes last came or went; undefined while a Get waits, for however long. Epoch ms. */
  get activeAt(): number | undefined {
    return this.#session.isWaiting ? undefined : this.#activeAt;
  }

  /** Serves the connection until it is gone. Never rejects. */
  async run(): Promise<void> {
    const client = this.#transport.label;
    this.#parts.emit({ type: 'connection.opened', level: 'debug', client });
    const cause = await this.#read();
    await this.#end(cause === undefined ? 'end' : 'fault', cause);
    this.#decoder = requestDecoder(); // without half a frame
    const level = this.#reason === 'fault' ? 'warn' : 'debug';
    this.#parts.emit({ type: 'connection.closed', level, client, reason: this.#reason, cause: this.#cause });
  }

  /** Takes no more requests, sends the replies that are due, then FIN. Settles when the connection is gone; never rejects. */
  close(): Promise<void> {
    return this.#end('server-closed');
  }

  /** Cuts the connection. */
  abort(reason: Error): void {
    this.#transport.abort(reason);
  }

  #openSession(): Session {
    const { queues, clock, info, emit } = this.#parts;
    return new Session({
      queues,
      clock,
      info,
      accept: (puts) => this.#accept(puts),
      send: (response) => this.#send(response),
      take: (queue) => this.#take(queue),
      deliver: (queue, answer) => {
        this.#deliver(queue, answer);
        this.#endRun(); // it is in no turn of ours
      },
      // In a turn of its own: one Put must not go on through all who wait for each other.
      onReady: () => queueMicrotask(() => this.#work()),
      onOver: (reason) => void this.#end(reason),
      onRefused: (error) => emit({ type: 'request.refused', level: 'debug', client: this.#transport.label, error }),
    });
  }

  /** @returns the fault that ended it, undefined after the client's FIN */
  async #read(): Promise<Error | undefined> {
    try {
      for await (const chunk of this.#transport.incoming) {
        if (this.#session.isOver) continue; // read and thrown away, until the client has seen our FIN
        this.#activeAt = this.#parts.clock.now();
        this.#decoder.push(this.#takePuts(chunk));
        this.#work();
        if (this.#decoder.buffered >= READ_AHEAD_BYTES) await this.#room();
      }
      if (this.#session.isOver) return undefined;
      this.#session.clientEnded();
      this.#work();
      await this.#room();
      if (this.#ending === undefined) this.#decoder.end();
      return undefined;
    } catch (cause) {
      return asError(cause);
    }
  }

  /** Most requests are Puts like the last one, which are done faster together. @returns what is left */
  #takePuts(chunk: Uint8Array): Uint8Array {
    if (this.#decoder.buffered > 0 || this.#session.isWaiting || this.#stalls()) return chunk;
    const end = this.#session.receivePuts(chunk);
    return end === 0 ? chunk : chunk.subarray(end);
  }

  /** Takes requests, as long as there are some and none has to wait. Never throws. */
  #work(): void {
    try {
      while (!this.#session.isWaiting && !this.#session.isOver && !this.#stalls()) {
        const request = this.#decoder.next();
        if (request === undefined) break;
        if (this.#held > 0) this.#account();
        this.#session.receive(request);
      }
      this.#endRun();
      this.#account();
    } catch (cause) {
      void this.#end('fault', asError(cause));
    }
    if (!this.#isBlocked) this.#resume?.();
  }

  get #isBlocked(): boolean {
    return (this.#session.isWaiting || this.#isStalled) && !this.#session.isOver;
  }

  /** Whether so much waits to be read by the client that no request can be taken; then work goes on later. */
  #stalls(): boolean {
    const run = this.#run === undefined ? 0 : this.#run.to - this.#run.from;
    if (!this.#isStalled && this.#outbox.queued + run >= HIGH_WATER_BYTES) {
      this.#isStalled = true;
      this.#endRun();
      void this.#outbox.settled().then(() => {
        this.#isStalled = false;
        this.#work();
      });
    }
    return this.#isStalled;
  }

  /** Resolves when requests are taken again. */
  async #room(): Promise<void> {
    while (this.#isBlocked) await new Promise<void>((resolve) => (this.#resume = resolve));
  }

  /** A frame that grows counts like a message, for many of them could be sent and never ended. */
  #account(): void {
    const { queues } = this.#parts;
    const held = this.#session.isOver ? 0 : Math.max(0, this.#decoder.buffered - READ_AHEAD_BYTES);
    if (held === this.#held) return;
    queues.account(held - this.#held);
    const grows = held > this.#held;
    this.#held = held;
    if (!grows || !queues.isFull(0)) return;
    this.#send(MEMORY_LIMIT);
    const text = `no memory for a frame of which ${this.#decoder.buffered} bytes are there`;
    void this.#end('fault', new ConnectionEnd('memory-full', text));
  }

  #accept(puts: number): void {
    for (let left = puts; left > 0; left -= 1) {
      const last = this.#run;
      const run = last?.bytes === OKS && last.to < OKS.length ? last : this.#beginRun({ bytes: OKS, from: 0, to: 0 });
      run.to += OK_BYTES;
    }
  }

  /** Answers a Get, if there is a message. */
  #take(queue: Queue): boolean {
    const answers = this.#parts.queues.take(queue, this.#run);
    if (answers !== undefined && answers !== this.#run) this.#deliver(queue, answers);
    return answers !== undefined;
  }

  #deliver(queue: Queue, answers: Answers): void {
    this.#beginRun(answers);
    this.#deliveries.add({ queue, answers, batch: this.#outbox.batch });
  }

  #beginRun(answers: Answers): Answers {
    this.#endRun();
    return (this.#run = answers);
  }

  #endRun(): void {
    if (this.#run === undefined) return;
    const run = this.#run;
    this.#run = undefined;
    if (run.to - run.from > SMALL_BYTES) this.#outbox.push(run.bytes.subarray(run.from, run.to));
    else this.#outbox.write(writeAnswers, run);
  }

  #send(response: Response): void {
    this.#endRun();
    if (lengthOf(response) > SMALL_BYTES) this.#outbox.push(encodeAnswer(response));
    else this.#outbox.write(writeAnswer, response);
  }

  #end(reason: CloseReason, cause?: Error): Promise<void> {
    if (this.#ending !== undefined) return this.#ending;
    this.#reason = reason;
    this.#cause = cause;
    this.#endRun();
    this.#session.close();
    this.#account();
    this.#onOver();
    this.#ending = this.#goodbye();
    this.#resume?.();
    return this.#ending;
  }

  /** Sends what is queued, then FIN; who does not leave in its turn is cut off. What could not be sent goes back. */
  async #goodbye(): Promise<void> {
    const transport = this.#transport;
    const cancel = this.#parts.clock.after(GOODBYE_MS, () =>
      transport.abort(this.#cause ?? new ConnectionEnd('idle', 'no goodbye from the client')),
    );
    await this.#outbox.drained();
    this.#giveBack();
    this.#outbox.stop();
    try {
      await transport.end();
    } catch {
      // The same fault settles `closed`.
    }
    await transport.closed;
    cancel();
  }

  #giveBack(): void {
    const messages = this.#parts.queues.giveBack(this.#deliveries.takeAll());
    if (messages === 0) return;
    const cause = this.#cause ?? new ConnectionEnd('slow-reader', 'the connection ended first');
    const client = this.#transport.label;
    this.#parts.emit({ type: 'delivery.failed', level: 'warn', client, messages, cause });
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new ConnectionEnd('idle', 'the connection failed', { cause });
}
