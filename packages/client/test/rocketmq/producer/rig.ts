import type { Compression, MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { TimeoutError } from '../../../src/core/errors.ts';
import { waitUntil } from '../../../src/core/wait-until.ts';
import type { Instance } from '../../../src/rocketmq/instance.ts';
import type { ProducerOptions } from '../../../src/rocketmq/producer/options.ts';
import { createProducer } from '../../../src/rocketmq/producer/producer.ts';
import type { Remoting } from '../../../src/rocketmq/remoting.ts';
import { type Reply, rig as clientRig, type Seen } from '../consumer/rig.ts';

/** What brokers answer to a send. */
export const stored = { msgId: '0A00000100002A9F0000000000000000', queueId: 0, queueOffset: 7 };
export const message = { topic: 'T', body: 'hello' };

/** Puts a mark before the body and keeps every tenth byte: enough to look at. */
export const squeeze: Compression = {
  type: 'zlib',
  compress: (bytes) => Uint8Array.of(0x7a, ...bytes.filter((_, index) => index % 10 === 0)),
  decompress: (bytes) => bytes,
};

/** Requests end with their time, as on real connections. */
function timed({ call, oneway }: Remoting, { clock }: Pick<Instance, 'clock'>): Remoting {
  return {
    call: (address, request, options) => {
      const late = (): Error => new TimeoutError('request-timeout', `${address} did not answer`);
      const deadline = clock.now() + (options?.timeoutMs ?? 3_000);
      return waitUntil(call(address, request, options), { clock, deadline, late });
    },
    oneway,
  };
}

/** What of an instance a test wants otherwise. */
interface Change extends Partial<Omit<Instance, 'routes'>> {
  readonly routes?: Partial<Instance['routes']>;
}

/** A producer in front of scripted brokers, each at `<its name>:1`, and what is needed to look at both. */
export function rig(options: Partial<ProducerOptions> = {}, { routes: changedRoutes, ...change }: Change = {}) {
  const { broker, clock, instance, events, left } = clientRig();
  const queues = broker.topic('T', 4);
  broker.on('sendBatchMessage', () => ({ fields: stored }));
  const unreachable: string[] = [];
  const routes: Instance['routes'] = {
    ...instance.routes,
    brokerAddress: (name) => `${name}:1`,
    unreachable: (address) => void unreachable.push(address),
    ...changedRoutes,
  };
  let keys = 0;
  const nextUniqueKey = (): string => `KEY-${(keys += 1).toString()}`;
  const remoting = timed(instance.remoting, instance);
  const changed = { ...instance, routes, remoting, nextUniqueKey, ...change };
  const producer = createProducer(changed, { group: 'G', ...options });
  /** Gives the topic one queue on each of these brokers. */
  const spread = (...names: string[]): readonly MessageQueue[] => {
    const each = names.map((brokerName) => ({ topic: 'T', brokerName, queueId: 0 }));
    broker.routes.set('T', each);
    return each;
  };
  /** The answers to sends, in order; the last one from then on. `{}` says that it is stored. */
  const answer = (...replies: readonly (Reply | ((seen: Seen) => Reply | Promise<Reply>))[]): void => {
    let turn = 0;
    broker.on('sendMessageV2', async (seen) => {
      const next = replies[Math.min(turn, replies.length - 1)] ?? {};
      turn += 1;
      const reply = typeof next === 'function' ? await next(seen) : next;
      return reply instanceof Error ? reply : { fields: stored, ...reply };
    });
  };
  const sent = (): readonly Seen[] => broker.of('sendMessageV2');
  return { answer, broker, clock, events, left, producer, queues, sent, spread, stored, unreachable };
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

/** A promise that resolves when the test says so. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}
