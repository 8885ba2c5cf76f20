import { FakeClock } from '@rmq/testkit';
import { Writer } from '@rmq/protocol/bytes';
import {
  type Args,
  ChannelAssembly,
  type Command,
  type Frame,
  frameDecoder,
  type GivenMethod,
  type MethodFrame,
  type MethodName,
  type Properties,
  writeBody,
  writeHeaderFrame,
  writeHeartbeat,
  writeMethodFrame,
  methods,
} from '@rmq/protocol/amqp';
import { type Listener, memoryNetwork, type MemoryNetwork, type MemoryOptions, type Transport } from '@rmq/transport';
import { type AmqpClient, connect, type ConnectOptions } from '../../src/amqp/index.ts';
import type { AmqpEvent } from '../../src/amqp/events.ts';

/** What the client said on a channel. */
export type Said = Command & { readonly channel: number };
/** What the server answers; undefined keeps silent. */
type Answer = (said: Said) => GivenMethod | undefined;

const text = new TextEncoder();

/** What a server offers that has nothing special. */
export const offer = { channelMax: 2_047, frameMax: 131_072, heartbeat: 60 };
/** A message's way to the client. */
export const onTheWay = { redelivered: false, exchange: '', routingKey: 'q' };

/** An AMQP server whose answers the test decides; those it does not care about are a friendly broker's. */
export class Peer {
  readonly network: MemoryNetwork;
  readonly said: Said[] = [];
  readonly greetings: Frame[] = [];
  heartbeats = 0;
  /** The latest connection. */
  transport: Transport | undefined;
  /** False: what is sent stays unread. */
  ended = false;
  readonly #answers = new Map<MethodName, Answer>(friendly);
  #listener: Listener | undefined;
  /** What is written between two of these leaves as one chunk. */
  #held: Writer | undefined;

  /** @param network - what its bytes go through */
  constructor(network: MemoryOptions = {}) {
    this.network = memoryNetwork(network);
  }

  async listen(): Promise<void> {
    this.#listener = await this.network.listen({ host: 'localhost', port: 5_672 });
    void this.#accept(this.#listener);
  }

  /** Decides what a method is answered. */
  on(name: MethodName, answer: Answer): void {
    this.#answers.set(name, answer);
  }

  /** Says nothing to a method. */
  ignore(name: MethodName): void {
    this.#answers.set(name, () => undefined);
  }

  /** Answers with `channel.close`. */
  refuse(name: MethodName, replyCode: number, replyText = 'no'): void {
    this.#answers.set(name, ({ method }) => closeOf(method, { replyCode, replyText }));
  }

  send(channel: number, method: GivenMethod): void {
    this.#write((writer) => {
      writeMethodFrame(writer, channel, method);
    });
  }

  sendContent(channel: number, method: GivenMethod, body: string | Uint8Array, properties: Properties = {}): void {
    const bytes = typeof body === 'string' ? text.encode(body) : body;
    this.#write((writer) => {
      writeMethodFrame(writer, channel, method);
      writeHeaderFrame(writer, channel, { bodySize: bytes.byteLength, properties });
      writeBody(writer, bytes, { channel, frameMax: 131_072 });
    });
  }

  /** Delivers messages with these tags. Their bodies are `m` and the tag. */
  deliver(channel: number, consumerTag: string, ...tags: readonly number[]): void {
    this.#held = new Writer();
    for (const deliveryTag of tags) {
      const args = { consumerTag, deliveryTag, ...onTheWay };
      this.sendContent(channel, { name: 'basic.deliver', args }, `m${deliveryTag.toString()}`);
    }
    const held = this.#held;
    this.#held = undefined;
    this.raw(held.take());
  }

  heartbeat(): void {
    this.#write(writeHeartbeat);
  }

  raw(bytes: Uint8Array): void {
    this.transport?.write([bytes]).catch(() => undefined);
  }

  /** Cuts the connection. */
  cut(reason = new Error('power cut')): void {
    this.transport?.abort(reason);
  }

  /** All of one method that was said. */
  all<N extends MethodName>(name: N): (Args<N> & { readonly channel: number })[] {
    const all = this.said.filter(({ method }) => method.name === name);
    return all.map(({ channel, method }) => ({ ...(method.args as Args<N>), channel }));
  }

  /** The names of all that was said, in order. */
  get names(): MethodName[] {
    return this.said.map(({ method }) => method.name);
  }

  /** What was published: bodies as text. */
  get published(): string[] {
    return this.said.flatMap(({ content }) => (content === undefined ? [] : [new TextDecoder().decode(content.body)]));
  }

  #write(write: (writer: Writer) => void): void {
    if (this.#held !== undefined) {
      write(this.#held);
      return;
    }
    const writer = new Writer();
    write(writer);
    this.raw(writer.take());
  }

  async #accept({ incoming }: Listener): Promise<void> {
    for await (const transport of incoming) {
      this.transport = transport;
      this.ended = false;
      void this.#serve(transport);
    }
  }

  async #serve(transport: Transport): Promise<void> {
    const decoder = frameDecoder({ acceptProtocolHeader: true });
    const channels = new Map<number, ChannelAssembly>();
    try {
      for await (const chunk of transport.incoming) {
        for (const frame of decoder.push(chunk)) this.#receive(frame, channels);
      }
      this.ended = true;
      await transport.end();
    } catch {
      // The test, or the client, broke the connection.
    }
  }

  #receive(frame: Frame, channels: Map<number, ChannelAssembly>): void {
    if (frame.type === 'protocolHeader') {
      this.greetings.push(frame);
      const mechanisms = 'PLAIN AMQPLAIN EXTERNAL';
      const serverProperties = { product: 'RabbitMQ', version: '3.10.8' };
      const args = { versionMajor: 0, versionMinor: 9, mechanisms, locales: 'en_US', serverProperties };
      const start = this.#answers.get('connection.start');
      const method = start?.({ channel: 0 } as Said) ?? { name: 'connection.start', args };
      this.send(0, method);
      return;
    }
    if (frame.type === 'heartbeat') {
      this.heartbeats += 1;
      return;
    }
    const assembly = channels.get(frame.channel) ?? new ChannelAssembly();
    channels.set(frame.channel, assembly);
    const command = assembly.receive(frame);
    if (command === undefined) return;
    const said = { ...command, channel: frame.channel };
    this.said.push(said);
    const answer = this.#answers.get(command.method.name)?.(said);
    if (answer !== undefined) this.send(frame.channel, answer);
  }
}

const friendly: readonly (readonly [MethodName, Answer])[] = [
  ['connection.startOk', () => ({ name: 'connection.tune', args: offer })],
  ['connection.open', () => ({ name: 'connection.openOk', args: {} })],
  ['connection.close', () => ({ name: 'connection.closeOk', args: {} })],
  ['channel.open', () => ({ name: 'channel.openOk', args: {} })],
  ['channel.close', () => ({ name: 'channel.closeOk', args: {} })],
  ['confirm.select', () => ({ name: 'confirm.selectOk', args: {} })],
  ['basic.qos', () => ({ name: 'basic.qosOk', args: {} })],
  ['basic.get', () => ({ name: 'basic.getEmpty', args: {} })],
  ['exchange.declare', () => ({ name: 'exchange.declareOk', args: {} })],
  ['exchange.delete', () => ({ name: 'exchange.deleteOk', args: {} })],
  ['exchange.bind', () => ({ name: 'exchange.bindOk', args: {} })],
  ['exchange.unbind', () => ({ name: 'exchange.unbindOk', args: {} })],
  ['queue.bind', () => ({ name: 'queue.bindOk', args: {} })],
  ['queue.unbind', () => ({ name: 'queue.unbindOk', args: {} })],
  ['queue.purge', () => ({ name: 'queue.purgeOk', args: { messageCount: 3 } })],
  ['queue.delete', () => ({ name: 'queue.deleteOk', args: { messageCount: 4 } })],
  [
    'queue.declare',
    ({ method }) => {
      const queue = method.name === 'queue.declare' ? method.args.queue || 'amq.gen-1' : '';
      return { name: 'queue.declareOk', args: { queue, messageCount: 1, consumerCount: 2 } };
    },
  ],
  [
    'basic.consume',
    ({ method }) => {
      const consumerTag = method.name === 'basic.consume' ? method.args.consumerTag : '';
      return { name: 'basic.consumeOk', args: { consumerTag } };
    },
  ],
  [
    'basic.cancel',
    ({ method }) => {
      const consumerTag = method.name === 'basic.cancel' ? method.args.consumerTag : '';
      return { name: 'basic.cancelOk', args: { consumerTag } };
    },
  ],
];

/** A close that blames a method. */
export function closeOf(
  { name }: MethodFrame,
  { replyCode, replyText = 'no', scope = 'channel' }: { replyCode: number; replyText?: string; scope?: string },
): GivenMethod {
  const { id } = methods[name];
  const args = { replyCode, replyText, classId: id >>> 16, methodId: id & 0xffff };
  return scope === 'channel' ? { name: 'channel.close', args } : { name: 'connection.close', args };
}

/** A client connected to a {@link Peer}, and what is needed to look at both. */
export async function rig(options: Partial<ConnectOptions> = {}, prepare?: (peer: Peer) => void) {
  const { peer, clock, events, given } = await stage(options);
  prepare?.(peer);
  const client: AmqpClient = await connect(given);
  peer.said.length = 0;
  return { peer, clock, events, client };
}

/** All but the client. */
export async function stage(options: Partial<ConnectOptions> = {}, network?: MemoryOptions) {
  const peer = new Peer(network);
  await peer.listen();
  const clock = new FakeClock();
  const events: AmqpEvent[] = [];
  const given: ConnectOptions = {
    dial: peer.network.dial,
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  };
  return { peer, clock, events, given };
}

/** The reason a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (reason) {
    return reason;
  }
  throw new Error('it did not fail');
}

/** How a promise ended, for looking at without waiting. */
export function watched<T>(promise: Promise<T>): { value?: T; error?: unknown; isSettled: boolean } {
  const seen: { value?: T; error?: unknown; isSettled: boolean } = { isSettled: false };
  promise.then(
    (value) => Object.assign(seen, { value, isSettled: true }),
    (error: unknown) => Object.assign(seen, { error, isSettled: true }),
  );
  return seen;
}
