import type { CommandName, RemotingCommand } from '@rmq/protocol/rocketmq';

/** How to misbehave with one request. Several fields work together: a late answer that never comes, say. */
export interface FaultEffect {
  /** Wait so long first. Milliseconds. */
  readonly delayMs?: number | undefined;
  /** Do what was asked before misbehaving: the message is stored, only its answer goes wrong. @defaultValue false */
  readonly handled?: boolean | undefined;
  /** Never answer. */
  readonly drop?: true | undefined;
  /** Answer with this code instead. */
  readonly reply?: number | undefined;
  /** The remark that goes with `reply`. */
  readonly remark?: string | undefined;
  /** Cut the connection. */
  readonly close?: true | undefined;
}

/** Looks at a request and says how to misbehave, or undefined for the truth. Count calls in it to fail every third. */
export type Fault = (request: RemotingCommand) => FaultEffect | undefined;

/** Faults by command, for tests of clients. */
export class Faults {
  readonly #faults = new Map<CommandName, Set<Fault>>();

  /** @returns takes it out again */
  add(command: CommandName, fault: Fault): () => void {
    const faults = this.#faults.get(command);
    if (faults === undefined) this.#faults.set(command, new Set([fault]));
    else faults.add(fault);
    return () => {
      this.#faults.get(command)?.delete(fault);
    };
  }

  /** What the first fault that minds this request wants. */
  find(command: CommandName, request: RemotingCommand): FaultEffect | undefined {
    for (const fault of this.#faults.get(command) ?? []) {
      const effect = fault(request);
      if (effect !== undefined) return effect;
    }
    return undefined;
  }
}
