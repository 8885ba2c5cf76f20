import type { Duplex } from 'node:stream';
import type { Transport } from '@rmq/transport';
import { brokenConnection } from '@rmq/transport/adapter';
import type { RawData, WebSocket } from 'ws';
import { closeReason, closingOf, closings, emptyMessage } from '../protocol.ts';
import type { ClosingName } from '../protocol.ts';
import type { Target } from '../target.ts';
import { printTarget } from '../target.ts';
import { Budget } from './budget.ts';
import type { ClientFields, RefusalReason } from './events.ts';
import { FromClient } from './from-client.ts';
import type { Direction } from './from-client.ts';
import type { Metrics } from './metrics.ts';
import type { Settings } from './options.ts';
import { reasons } from './reasons.ts';
import { asNamed, closingOfFault } from './target-dialer.ts';
import type { Reached, TargetDialer } from './target-dialer.ts';
import { ToClient } from './to-client.ts';
import { Wire } from './wire.ts';

/** What all connections of a proxy share. */
export interface LinkParts {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly dialer: TargetDialer;
}

/** What one connection is about. */
export interface LinkOrder {
  readonly id: number;
  readonly target: Target;
  readonly who: ClientFields;
}

/** A client's WebSocket, and the stream below it. */
export interface Ends {
  readonly socket: WebSocket;
  readonly carrier: Duplex;
}

/** How a connection was closed, once it is known. */
interface Closed {
  readonly by: 'client' | 'proxy';
  /** What the target's absence is put down to, if it was not connected yet. */
  readonly reason: RefusalReason;
  readonly code: number;
  readonly message: string;
}

/** What `ws` closes with when a client breaks WebSocket's own rules (RFC 6455, section 7.4.1); 1002 unless it is here. */
const codesOfFaults: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: closings.messageTooBig.code,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: closings.policy.code,
};

/** One client's WebSocket, and the connection to its target, from the upgrade until both are gone. */
export class Link {
  readonly #socket: WebSocket;
  readonly #carrier: Duplex;
  readonly #parts: LinkParts;
  readonly #order: LinkOrder;
  /** Of a dial that is under way. */
  #budget: Budget | undefined;
  readonly #startedAt = performance.now();
  #passing: { readonly from: FromClient; readonly to: ToClient } | undefined;
  #bytesToTarget = 0;
  #bytesToClient = 0;
  /** The last time payload moved. */
  #activeAt = performance.now();
  #pingedAt = performance.now();
  #awaitsPong = false;
  #closed: Closed | undefined;

  constructor({ socket, carrier }: Ends, order: LinkOrder, parts: LinkParts) {
    this.#socket = socket;
    this.#carrier = carrier;
    this.#order = order;
    this.#parts = parts;
  }

  /** Settles when the client's and the target's connection are released. Never rejects. */
  async run(): Promise<void> {
    const over = this.#listen();
    const reached = await this.#dial();
    if (reached === undefined) {
      await over;
      return;
    }
    const passed = this.#pass(reached);
    await over;
    await this.#release(reached.transport);
    await passed;
  }

  /** Ends the connection with this code; what came first counts. @param text - a sentence for the client */
  close(name: ClosingName, text: string): void {
    if (this.#closed !== undefined) return;
    const { code } = closings[name];
    this.#closed = { by: 'proxy', reason: reasons[name], code, message: text };
    this.#stop();
    this.#socket.close(code, closeReason(text));
  }

  /** Cuts the client's connection without a word. */
  terminate(message: string): void {
    this.#closed ??= { by: 'proxy', reason: 'client-left', code: 1_006, message };
    this.#socket.terminate();
  }

  /** Called every now and then: finds out whether anybody is there, and whether anything moves. */
  tick(now: number): void {
    const { idleTimeoutMs, pingIntervalMs } = this.#parts.settings;
    if (this.#closed !== undefined) return;
    if (idleTimeoutMs > 0 && this.#passing !== undefined && now - this.#activeAt >= idleTimeoutMs) {
      this.close('idle', `Nothing was sent either way for ${idleTimeoutMs} ms.`);
    } else if (pingIntervalMs > 0 && now - this.#pingedAt >= pingIntervalMs) {
      if (this.#awaitsPong) {
        this.terminate(`the client did not answer a ping within ${pingIntervalMs} ms`);
        return;
      }
      this.#pingedAt = now;
      this.#awaitsPong = true;
      this.#socket.ping();
    }
  }

  /** @returns settles when the client's connection is gone */
  #listen(): Promise<void> {
    const socket = this.#socket;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data, isBinary) => {
      this.#receive(data, isBinary);
    });
    socket.on('pong', () => {
      this.#awaitsPong = false;
    });
    socket.on('error', (cause) => {
      // `ws` has closed already, with the right code.
      const code = ('code' in cause ? codesOfFaults[String(cause.code)] : undefined) ?? 1_002;
      this.#closed ??= { by: 'proxy', reason: reasons.protocolBroken, code, message: cause.message };
      this.#stop();
    });
    return new Promise((resolve) => {
      socket.on('close', (code) => {
        const message = code === closings.end.code ? 'ended' : 'left';
        this.#closed ??= { by: 'client', reason: 'client-left', code, message };
        this.#stop();
        this.#budget?.leave(brokenConnection(undefined, this.#order.who.client));
        resolve();
      });
    });
  }

  #stop(): void {
    this.#passing?.from.stop();
    this.#passing?.to.stop();
  }

  #receive(data: RawData, isBinary: boolean): void {
    // Until the client has seen our close it may go on, in good faith; after a clean end the target still gets it.
    const isOver = this.#closed !== undefined && this.#closed.code !== closings.end.code;
    if (isOver || !(data instanceof Uint8Array)) return;
    if (!isBinary) this.close('textMessage', 'This proxy takes binary messages only.');
    else if (this.#passing === undefined)
      this.close('protocolBroken', 'A message came before the target was connected.');
    else if (data.byteLength === 0) {
      if (this.#passing.to.acknowledged()) return;
      this.close('protocolBroken', 'More was acknowledged than had been sent.');
    } else if (!this.#passing.from.receive(data)) {
      this.close('protocolBroken', 'More was sent than had been allowed.');
    }
  }

  async #dial(): Promise<Reached | undefined> {
    const { dialer, metrics, settings } = this.#parts;
    const { id, target, who } = this.#order;
    this.#budget = new Budget();
    const outcome = await dialer.dial(target, this.#budget);
    this.#budget = undefined; // with its signal a kilobyte, for which an idle connection has no use
    const dialMs = performance.now() - this.#startedAt;
    metrics.dialed(dialMs / 1_000);
    if (this.#closed !== undefined) {
      this.#refused(this.#closed.reason, this.#closed.message);
      await outcome.transport?.[Symbol.asyncDispose]();
      return undefined;
    }
    if (outcome.transport === undefined) {
      const { closing, reason, told, message } = outcome;
      this.close(closing, told);
      this.#refused(reason, message);
      return undefined;
    }
    metrics.opened();
    const event = { type: 'connection.opened', level: 'info', ...who, id, target: printTarget(target) } as const;
    settings.emit({ ...event, address: outcome.address, dialMs });
    return outcome;
  }

  async #pass({ transport, address }: Reached): Promise<void> {
    const { maxBytesPerSecond } = this.#parts.settings;
    const wire = new Wire(this.#socket, this.#carrier);
    const direction = (onPassed: (bytes: number) => void): Direction => ({
      transport,
      wire,
      maxBytesPerSecond,
      onPassed: (bytes) => {
        this.#activeAt = performance.now();
        onPassed(bytes);
      },
    });
    const from = new FromClient(direction((bytes) => this.#countToTarget(bytes)));
    const to = new ToClient(direction((bytes) => this.#countToClient(bytes)));
    this.#passing = { from, to };
    this.#activeAt = performance.now();
    wire.onSent = () => {
      from.acknowledge();
      to.wake();
    };
    wire.send(emptyMessage);
    try {
      await to.run();
      this.close('end', 'The target ended the connection.');
    } catch (cause) {
      // Since TLS 1.3 a target judges the proxy's certificate when the connection is open already.
      const how = closingOfFault(cause) === 'targetTlsFailed' ? 'targetTlsFailed' : 'targetReset';
      const message = cause instanceof Error ? cause.message : 'The target is gone.';
      this.close(how, asNamed(message, this.#order.target, address));
    }
  }

  #countToTarget(bytes: number): void {
    this.#bytesToTarget += bytes;
    this.#parts.metrics.toTarget(bytes);
  }

  #countToClient(bytes: number): void {
    this.#bytesToClient += bytes;
    this.#parts.metrics.toClient(bytes);
  }

  /** A clean end is one for the target too, within limits; anything else resets it. */
  async #release(transport: Transport): Promise<void> {
    if (this.#closed?.code === closings.end.code) await this.#end(transport);
    transport.abort(brokenConnection(undefined, this.#order.who.client));
    await transport[Symbol.asyncDispose]();
  }

  /** What the client sent last may still be on its way; and the target, though nobody hears it, may have to say goodbye. */
  async #end(transport: Transport): Promise<void> {
    const ending = this.#passing?.from.end().then(() => transport.closed);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, this.#parts.settings.closeTimeoutMs);
    });
    await Promise.race([ending, late]);
    clearTimeout(timer);
  }

  #refused(reason: RefusalReason, message: string): void {
    const { metrics, settings } = this.#parts;
    const { target, who } = this.#order;
    metrics.refused(reason);
    const code = this.#closed?.code;
    const event = { type: 'connection.refused', level: 'warn', ...who, reason, code } as const;
    settings.emit({ ...event, target: printTarget(target), message });
  }

  /** Tells how it ended, if there was a connection to the target: for when its place is free again. */
  report(): void {
    if (this.#passing === undefined) return;
    const { metrics, settings } = this.#parts;
    const { id, target, who } = this.#order;
    const { by, code, message } = this.#closed ?? { by: 'proxy', code: 1_006, message: 'lost' };
    // A label is worth a series of its own only if it comes from a table.
    metrics.closed(closingOf(code) !== undefined || code === 1_005 || code === 1_006 ? String(code) : 'other');
    const isUsual = by === 'client' || code === closings.end.code || code === closings.draining.code;
    const event = {
      type: 'connection.closed',
      level: isUsual ? 'info' : 'warn',
      ...who,
      id,
      by,
      code,
      message,
    } as const;
    const durationMs = performance.now() - this.#startedAt;
    const counts = { bytesToTarget: this.#bytesToTarget, bytesToClient: this.#bytesToClient, durationMs };
    settings.emit({ ...event, target: printTarget(target), ...counts });
  }
}
