import { ProtocolError, UsageError } from '@rmq/protocol';
import type { Args, FieldTable, GivenMethod, MethodFrame } from '@rmq/protocol/amqp';
import { FRAME_MIN_SIZE, writeMethodFrame } from '@rmq/protocol/amqp';
import { Writer } from '@rmq/protocol/bytes';
import type { ResolvedOptions } from './options.ts';
import { chooseSasl, saslResponse } from './sasl.ts';

/** What client and server have agreed on. */
export interface Agreement {
  /** What the server says about itself: `product`, `version`, `capabilities` and others. */
  readonly serverProperties: FieldTable;
  /** Most channels at a time. */
  readonly channelMax: number;
  /** Largest frame; 0: no limit. Bytes. */
  readonly frameMaxBytes: number;
  /** 0: none. */
  readonly heartbeatSeconds: number;
}

/** What to do about a frame of the handshake. */
export interface HandshakeStep {
  readonly send: readonly GivenMethod[];
  /** Set with the last one. */
  readonly agreement?: Agreement;
}

/** What the server is expected to say, in order. */
const phases = {
  start: { expected: 'connection.start', hint: 'it may not speak AMQP' },
  tune: { expected: 'connection.tune', hint: 'it may have refused the mechanism or the login: its log says why' },
  open: { expected: 'connection.openOk', hint: 'it may have refused what was tuned: its log says why' },
  done: { expected: undefined, hint: '' },
} as const;

/** What RabbitMQ knows a client by: the first three change what it does, the others only inform. */
const capabilities: FieldTable = {
  authentication_failure_close: true,
  'connection.blocked': true,
  consumer_cancel_notify: true,
  publisher_confirms: true,
  exchange_exchange_bindings: true,
  'basic.nack': true,
  per_consumer_qos: true,
};
/** The least RabbitMQ ever agreed to. */
const LEAST_FRAME_BYTES = 4_096;

/** The way from the protocol header to an open connection, without any IO: section 2.2.4 of AMQP 0-9-1. */
export class Handshake {
  readonly #options: ResolvedOptions;
  #phase: keyof typeof phases = 'start';
  #serverProperties: FieldTable = {};
  #tuned: Omit<Agreement, 'serverProperties'> = { channelMax: 0, frameMaxBytes: 0, heartbeatSeconds: 0 };

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  /** For people, when the connection breaks now: RabbitMQ refuses much without a word. */
  get hint(): string {
    return phases[this.#phase].hint;
  }

  /** @throws ProtocolError, UsageError, or ConnectionError when there is no way to log in */
  receive(frame: MethodFrame): HandshakeStep {
    const { expected } = phases[this.#phase];
    if (frame.channel !== 0 || frame.name !== expected) {
      const what = `${frame.name} on channel ${frame.channel}`;
      throw new ProtocolError('frame-unexpected', `${what} arrived where ${expected ?? 'nothing'} was due`);
    }
    switch (frame.name) {
      case 'connection.start':
        return this.#started(frame.args);
      case 'connection.tune':
        return this.#tune(frame.args);
      case 'connection.openOk':
        return this.#opened();
    }
  }

  #started({ mechanisms, serverProperties }: Args<'connection.start'>): HandshakeStep {
    const { sasl, locale, connectionName, clientProperties } = this.#options;
    const chosen = chooseSasl(sasl, mechanisms);
    const startOk: GivenMethod = {
      name: 'connection.startOk',
      args: {
        clientProperties: { product: 'RMQ', connection_name: connectionName, ...clientProperties, capabilities },
        mechanism: chosen.mechanism,
        response: saslResponse(chosen),
        locale,
      },
    };
    checkFits(startOk);
    this.#serverProperties = serverProperties;
    this.#phase = 'tune';
    return { send: [startOk] };
  }

  #tune(offer: Args<'connection.tune'>): HandshakeStep {
    const { channelMax, frameMaxBytes, heartbeatSeconds, vhost } = this.#options;
    const tuned = {
      channelMax: lesser(channelMax, offer.channelMax) || 65_535,
      frameMaxBytes: lesser(frameMaxBytes, offer.frameMax),
      // Who wants none gets none, whatever the server says.
      heartbeatSeconds: heartbeatSeconds === 0 ? 0 : lesser(heartbeatSeconds, offer.heartbeat),
    };
    if (tuned.frameMaxBytes !== 0 && tuned.frameMaxBytes < LEAST_FRAME_BYTES) {
      throw new ProtocolError('field-malformed', `the server allows frames of ${offer.frameMax} bytes only`);
    }
    this.#tuned = tuned;
    this.#phase = 'open';
    const answer = {
      channelMax: tuned.channelMax,
      frameMax: tuned.frameMaxBytes,
      heartbeat: tuned.heartbeatSeconds,
    };
    return {
      send: [
        { name: 'connection.tuneOk', args: answer },
        { name: 'connection.open', args: { virtualHost: vhost } },
      ],
    };
  }

  #opened(): HandshakeStep {
    this.#phase = 'done';
    return { send: [], agreement: { serverProperties: this.#serverProperties, ...this.#tuned } };
  }
}

/** The smaller one, where 0 means that there is no limit. */
function lesser(ours: number, theirs: number): number {
  return ours === 0 || theirs === 0 ? Math.max(ours, theirs) : Math.min(ours, theirs);
}

/** The server drops a first frame that is too large without a word. @throws UsageError `properties-too-large` */
function checkFits(method: GivenMethod): void {
  const writer = new Writer();
  writeMethodFrame(writer, 0, method);
  if (writer.length <= FRAME_MIN_SIZE) return;
  const limit = `limit ${FRAME_MIN_SIZE}`;
  throw new UsageError('properties-too-large', `login and client properties need ${writer.length} bytes, ${limit}`);
}
