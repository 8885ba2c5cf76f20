import type { Command, GivenArgs, GivenMethod, MethodFrame, MethodName, methods } from '@rmq/protocol/amqp';

/** A method that clients send and servers answer with the method of its name and `Ok`. */
export type CallName = {
  [N in MethodName]: (typeof methods)[N] extends { readonly from: 'server' }
    ? never
    : `${N}Ok` extends MethodName
      ? N
      : never;
}[MethodName];

/** What answers a method. */
export type ReplyName<N extends CallName> =
  Extract<`${N}Ok`, MethodName> | (N extends 'basic.get' ? 'basic.getEmpty' : never);

/** What answers a method, with the message if it brings one. */
export type Reply<N extends CallName = CallName> = Command<Extract<MethodFrame, { readonly name: ReplyName<N> }>>;

/** A call in a {@link RpcLine}. */
interface Entry {
  readonly name: CallName;
  readonly method: GivenMethod;
  resolve: (reply: Command) => void;
  reject: (reason: unknown) => void;
  /** Set when nobody waits any more: what to do with an answer that comes all the same. */
  onLate: ((reply: Command) => void) | undefined;
  isAbandoned: boolean;
}

/** A call under way. */
export interface RpcCall<N extends CallName> {
  readonly answered: Promise<Reply<N>>;
  /** Nobody waits any more: it leaves the line, or its answer goes to `onLate`. */
  readonly abandon: () => void;
}

/** What to ask. */
export interface RpcRequest<N extends CallName> {
  readonly name: N;
  readonly args: GivenArgs<N>;
  /** Undoes what was done for nobody. */
  readonly onLate?: ((reply: Reply<N>) => void) | undefined;
}

/**
 * The calls of one channel, one after the other. Answers carry no numbers and overtake each other on RabbitMQ, so only one
 * call at a time is under way. One that nobody waits for keeps its turn until its answer has come.
 */
export class RpcLine {
  readonly #send: (method: GivenMethod) => void;
  readonly #waiting: Entry[] = [];
  #current: Entry | undefined;
  #fault: Error | undefined;

  /** @param send - may throw; then the call fails with that */
  constructor(send: (method: GivenMethod) => void) {
    this.#send = send;
  }

  call<N extends CallName>({ name, args, onLate }: RpcRequest<N>): RpcCall<N> {
    // The names of a call and of its arguments are of the same `N`, which the compiler does not see.
    const method = { name, args } as GivenMethod;
    const late = onLate as ((reply: Command) => void) | undefined;
    const entry: Entry = {
      name,
      method,
      resolve: () => undefined,
      reject: () => undefined,
      onLate: late,
      isAbandoned: false,
    };
    const answered = new Promise<Command>((resolve, reject) => {
      entry.resolve = resolve;
      entry.reject = reject;
    });
    this.#waiting.push(entry);
    this.#next();
    return { answered: answered as Promise<Reply<N>>, abandon: () => this.#abandon(entry) };
  }

  /** @returns whether the method answers the call under way */
  receive(reply: Command): boolean {
    const entry = this.#current;
    if (entry === undefined || !isReply(entry.name, reply.method.name)) return false;
    this.#current = undefined;
    if (entry.isAbandoned) entry.onLate?.(reply);
    else entry.resolve(reply);
    this.#next();
    return true;
  }

  /** Fails what waits, and whatever will. */
  fail(fault: Error): void {
    this.#fault ??= fault;
    const all = [this.#current, ...this.#waiting.splice(0)];
    this.#current = undefined;
    for (const entry of all) entry?.reject(fault);
  }

  #next(): void {
    while (this.#current === undefined) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      if (this.#fault !== undefined) entry.reject(this.#fault);
      else this.#begin(entry);
    }
  }

  #begin(entry: Entry): void {
    this.#current = entry;
    try {
      this.#send(entry.method);
    } catch (cause) {
      this.#current = undefined;
      entry.reject(cause);
    }
  }

  #abandon(entry: Entry): void {
    entry.isAbandoned = true;
    const at = this.#waiting.indexOf(entry);
    if (at !== -1) this.#waiting.splice(at, 1);
  }
}

function isReply(call: CallName, answer: MethodName): boolean {
  return answer === `${call}Ok` || (call === 'basic.get' && answer === 'basic.getEmpty');
}
