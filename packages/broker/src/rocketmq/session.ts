import { isRmqError } from '@rmq/protocol';
import type { CommandName, Envelope, RemotingCommand, Request, ReceivedFields } from '@rmq/protocol/rocketmq';
import type { HostAddress } from '@rmq/protocol/rocketmq/messages';
import {
  commandName,
  decodeRequest,
  encodeFrame,
  encodeRequest,
  isOneway,
  isResponse,
  opaqueSequence,
  response,
  responseCodes,
  versions,
  writeFrame,
} from '@rmq/protocol/rocketmq';
import type { Writer } from '@rmq/protocol/bytes';
import type { Broker } from './broker.ts';
import type { Answer, Handlers, Peer } from './call.ts';
import type { FaultEffect, Faults } from './faults.ts';
import { PendingAsks } from './pending-asks.ts';
import { Refusal } from './refusal.ts';

/** The version this broker shows: that of the RocketMQ release it was compared with. */
const VERSION = versions.v5_3_3;
const ONEWAY_FLAG = 2;
/** Answers up to this size are written straight into what goes out next. Bytes. */
const SMALL_BYTES = 4_096;
/** Codes that are results, not refusals: each long poll that ends has one of the latter. */
const EVERYDAY: ReadonlySet<number> = new Set([
  responseCodes.success,
  responseCodes.pullNotFound,
  responseCodes.pullRetryImmediately,
]);

/** What a {@link Session} is made of. */
export interface SessionParts {
  readonly broker: Broker;
  readonly handlers: Handlers;
  readonly faults: Faults;
  readonly address: string;
  readonly host: HostAddress;
  /** Sends bytes that stay as they are. */
  readonly write: (...parts: readonly Uint8Array[]) => void;
  /** Sends what is encoded straight into the outgoing batch. */
  readonly encode: (encode: (writer: Writer) => void) => void;
  readonly hangUp: (reason: Error) => void;
}

/** One connection's requests and answers, without any IO: frames in, bytes out. */
export class Session implements Peer {
  readonly #parts: SessionParts;
  readonly #asks: PendingAsks;
  readonly #nextOpaque = opaqueSequence();
  /** Cancel what faults delay. */
  readonly #delayed = new Set<() => void>();
  #isOver = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#asks = new PendingAsks(parts.broker.options.clock);
  }

  get address(): string {
    return this.#parts.address;
  }

  get host(): HostAddress {
    return this.#parts.host;
  }

  tell(request: Request): void {
    this.#send(encodeRequest(request, this.#envelope(ONEWAY_FLAG)));
  }

  ask(request: Request, timeoutMs: number): Promise<RemotingCommand> {
    const envelope = this.#envelope(0);
    const frame = encodeRequest(request, envelope); // first: a request that cannot be written must not wait
    const answer = this.#asks.open(envelope.opaque, timeoutMs);
    this.#send(frame);
    return answer;
  }

  hangUp(reason: Error): void {
    this.#parts.hangUp(reason);
  }

  /** Takes one frame from the client. Never throws. */
  receive(command: RemotingCommand): void {
    // The flag first: both sides count their requests by themselves, so an opaque alone says nothing.
    if (isResponse(command)) {
      this.#asks.settle(command);
      return;
    }
    const name = commandName(command.code);
    const effect = name === undefined ? undefined : this.#parts.faults.find(name, command);
    if (effect === undefined) this.#serve(command, name);
    else this.#misbehave(command, name, effect);
  }

  /** The connection is over. */
  close(): void {
    this.#isOver = true;
    for (const cancel of this.#delayed) cancel();
    this.#delayed.clear();
    this.#asks.close();
  }

  #serve(command: RemotingCommand, name: CommandName | undefined, isSilent = false): void {
    const reply = (answer: Answer<CommandName>): void => {
      if (!isSilent) this.#reply(command, name, answer);
    };
    try {
      const answer = name === undefined ? undefined : this.#run(name, command);
      if (answer === undefined) reply(notSupported(command));
      else if (answer instanceof Promise) {
        answer.then(reply).catch((error: unknown) => reply(this.#refused(command, error)));
      } else reply(answer);
    } catch (error) {
      reply(this.#refused(command, error));
    }
  }

  /** @returns undefined when this server does not know the command */
  #run<N extends CommandName>(name: N, command: RemotingCommand): Answer<N> | Promise<Answer<N>> | undefined {
    const { handlers, broker } = this.#parts;
    const handler: Handlers[N] = handlers[name];
    let fields: ReceivedFields<N> | undefined;
    return handler?.({
      // Only when asked for: some commands mark fields as required that hardly anybody sends, and handlers do not need.
      get fields() {
        return (fields ??= decodeRequest(name, command));
      },
      command,
      broker,
      peer: this,
    });
  }

  #refused(command: RemotingCommand, error: unknown): Answer<CommandName> {
    if (error instanceof Refusal) return { code: error.responseCode, remark: error.remark, extra: error.extra };
    const text = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
    if (!isRmqError(error)) {
      const { emit } = this.#parts.broker;
      const name = commandName(command.code) ?? String(command.code);
      emit({ type: 'request.failed', level: 'error', command: name, cause: error, client: this.address });
    }
    return { code: responseCodes.systemError, remark: text };
  }

  #reply(command: RemotingCommand, name: CommandName | undefined, answer: Answer<CommandName>): void {
    const { code = responseCodes.success, remark } = answer;
    if (!EVERYDAY.has(code)) {
      const { emit } = this.#parts.broker;
      const called = name ?? String(command.code);
      emit({ type: 'request.refused', level: 'debug', command: called, code, remark, client: this.address });
    }
    if (isOneway(command)) return;
    if (answer.relay !== undefined) {
      // As another client wrote it, its version and language included; only the number is the asker's.
      this.#send(encodeFrame({ ...answer.relay, opaque: command.opaque }));
      return;
    }
    const { fields, extra, body, parts } = answer;
    const reply = response(command, { code, name, fields, extra, remark, body, version: VERSION, language: 'JAVA' });
    if (parts !== undefined) this.#send(withBody(encodeFrame(reply), parts), ...parts);
    else if (reply.body.length > SMALL_BYTES) this.#send(encodeFrame(reply));
    else if (!this.#isOver) this.#parts.encode((writer) => writeFrame(writer, reply));
  }

  #misbehave(command: RemotingCommand, name: CommandName | undefined, effect: FaultEffect): void {
    const { broker } = this.#parts;
    broker.emit({ type: 'fault.injected', level: 'info', command: name ?? String(command.code), client: this.address });
    const act = (): void => {
      const { handled = false, drop, reply, remark, close } = effect;
      const isHonest = drop === undefined && reply === undefined && close === undefined;
      if (handled || isHonest) this.#serve(command, name, !isHonest);
      if (reply !== undefined) this.#reply(command, undefined, { code: reply, remark });
      if (close === true) this.hangUp(new Refusal(responseCodes.systemError, 'a fault was asked for: close'));
    };
    if (effect.delayMs === undefined) {
      act();
      return;
    }
    const cancel = broker.options.clock.after(effect.delayMs, () => {
      this.#delayed.delete(cancel);
      act();
    });
    this.#delayed.add(cancel);
  }

  #send(...parts: readonly Uint8Array[]): void {
    if (!this.#isOver) this.#parts.write(...parts);
  }

  #envelope(flag: number): Envelope {
    return { opaque: this.#nextOpaque(), flag, language: 'JAVA', version: VERSION, serializeType: 'json' };
  }
}

function notSupported({ code }: RemotingCommand): Answer<CommandName> {
  return { code: responseCodes.requestCodeNotSupported, remark: ` request type ${code} not supported` };
}

/** The head of a frame whose body follows in pieces: its length is made to count them too. */
function withBody(frame: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  view.setUint32(0, view.getUint32(0) + parts.reduce((sum, { length }) => sum + length, 0));
  return frame;
}
