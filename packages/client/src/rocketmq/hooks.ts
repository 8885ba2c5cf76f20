import { UsageError } from '@rmq/protocol';
import { type ExtFields, plainRequest, type RemotingCommand, type Request } from '@rmq/protocol/rocketmq';
import type { Clock } from '../core/clock.ts';
import type { Address } from './remoting.ts';

/** A request about to be sent. */
export interface RpcCall {
  readonly address: Address;
  /** With all its fields. */
  readonly request: Request;
}

/** How a request ended. */
export interface RpcOutcome {
  /** The answer, whatever its code; undefined for a oneway or a failure. */
  readonly reply: RemotingCommand | undefined;
  /** Why there is no answer; undefined if there is one, or none was wanted. */
  readonly error: unknown;
  /** From the first hook to the outcome. Milliseconds. */
  readonly durationMs: number;
}

/** Code around every request: for traces, metrics, or ext fields of a proxy. */
export interface RpcHook {
  /** May return ext fields to add. Throwing fails this one request with `hook-failed`. */
  readonly before?: (call: RpcCall) => ExtFields | undefined;
  /** Hears how it ended. Throwing fails this one request with `hook-failed`, carried out as it may be. */
  readonly after?: (call: RpcCall, outcome: RpcOutcome) => void;
}

/**
 * Sends a request with the hooks around it: `before` in the order given, `after` in the reverse.
 * @throws UsageError `hook-failed`, and whatever `send` throws
 */
export async function withHooks<R extends RemotingCommand | undefined>(
  { hooks, clock }: { readonly hooks: readonly RpcHook[]; readonly clock: Clock },
  call: RpcCall,
  send: (request: Request) => Promise<R>,
): Promise<R> {
  const since = clock.now();
  const request = guarded(() => prepared(hooks, call));
  const finish = (reply: RemotingCommand | undefined, error: unknown): void => {
    const outcome = { reply, error, durationMs: clock.now() - since };
    guarded(() => {
      for (const hook of hooks.toReversed()) hook.after?.({ ...call, request }, outcome);
    });
  };
  let reply: R;
  try {
    reply = await send(request);
  } catch (error) {
    finish(undefined, error);
    throw error;
  }
  finish(reply, undefined);
  return reply;
}

function prepared(hooks: readonly RpcHook[], call: RpcCall): Request {
  if (hooks.length === 0) return call.request;
  let request: Request = plainRequest(call.request);
  for (const hook of hooks) {
    const extra: ExtFields | undefined = hook.before?.({ ...call, request });
    if (extra !== undefined) request = { ...request, extra: { ...request.extra, ...extra } };
  }
  return request;
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw new UsageError('hook-failed', 'an RPC hook threw: the request it belongs to fails with it', { cause });
  }
}
