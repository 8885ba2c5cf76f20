import { UsageError } from '@rmq/protocol';
import type { RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import { isRetryableResponse } from '@rmq/protocol/rocketmq';
import { MAX_TIMER_MS } from '../core/options.ts';
import { withRetry } from '../core/retry.ts';
import type { Connection, Limits } from './connection.ts';
import { type Sign, signerOf } from './credentials.ts';
import type { RocketmqEvent } from './events.ts';
import { type RpcCall, withHooks } from './hooks.ts';
import type { ResolvedClientOptions } from './options.ts';
import { type Address, type CallOptions, type Remoting, replyError } from './remoting.ts';

/** Where requests go, and who hears of retries. */
export interface RpcTarget {
  /** The connection for this request; throws if there can be none. */
  readonly connection: (address: Address, request: Request) => Connection;
  readonly emit: (event: RocketmqEvent) => void;
}

/** What surrounds every request: its time, hooks, its signature, and retries if it asks for them. */
export class Rpc implements Remoting {
  readonly #options: ResolvedClientOptions;
  readonly #target: RpcTarget;
  readonly #sign: Sign | undefined;

  constructor(options: ResolvedClientOptions, target: RpcTarget) {
    this.#options = options;
    this.#target = target;
    this.#sign = options.credentials === undefined ? undefined : signerOf(options.credentials);
  }

  readonly call = (address: Address, request: Request, options?: CallOptions): Promise<RemotingCommand> => {
    if (options?.retry !== undefined) {
      return this.#again({ address, request }, options, async (limits) => {
        const reply = await this.call(address, request, limits);
        if (isRetryableResponse(reply.code)) throw replyError(reply, address);
        return reply;
      });
    }
    try {
      const limits = this.#limits(options);
      if (this.#options.hooks.length === 0) return this.#send(address, request, limits);
      return withHooks(this.#options, { address, request }, (prepared) => this.#send(address, prepared, limits));
    } catch (cause) {
      return Promise.reject(cause);
    }
  };

  readonly oneway = async (address: Address, request: Request, options?: CallOptions): Promise<void> => {
    if (options?.retry !== undefined) {
      await this.#again({ address, request }, options, (limits) => this.oneway(address, request, limits));
      return;
    }
    const limits = this.#limits(options);
    await withHooks(this.#options, { address, request }, async (prepared) => {
      const final = this.#sign === undefined ? prepared : await this.#sign(prepared);
      await this.#target.connection(address, final).oneway({ request: final, isResent: false }, limits);
      return undefined;
    });
  };

  /** Nothing is added behind the signature. */
  #send(address: Address, request: Request, limits: Limits): Promise<RemotingCommand> {
    if (this.#sign !== undefined) return this.#sign(request).then((final) => this.#call(address, final, limits));
    return this.#call(address, request, limits);
  }

  #call(address: Address, request: Request, limits: Limits): Promise<RemotingCommand> {
    return this.#target.connection(address, request).call({ request, isResent: false }, limits);
  }

  /** Each attempt is a request of its own, hooks included; all together have the time of one. */
  async #again<T>(
    { address, request }: RpcCall,
    options: CallOptions,
    once: (limits: Limits) => Promise<T>,
  ): Promise<T> {
    const { clock, random } = this.#options;
    const { timeoutMs: allMs, signal } = this.#limits(options);
    return withRetry(({ timeoutMs }) => once({ timeoutMs, signal }), options.retry ?? { attempts: 1 }, {
      clock,
      random,
      deadline: clock.now() + allMs,
      signal,
      onRetry: ({ attempt, cause }) => {
        this.#target.emit({ type: 'rpc.retried', level: 'debug', address, command: request.name, attempt, cause });
      },
    });
  }

  /** @throws UsageError for what is no time: a timer set to it would fire at once, or never */
  #limits(options: CallOptions | undefined): Limits {
    const timeoutMs = options?.timeoutMs ?? this.#options.requestTimeoutMs;
    if (timeoutMs >= 0 && timeoutMs <= MAX_TIMER_MS) return { timeoutMs, signal: options?.signal };
    const message = `timeoutMs is ${String(timeoutMs)}: expected milliseconds from 0 to ${MAX_TIMER_MS.toString()}`;
    throw new UsageError('value-out-of-range', message);
  }
}
