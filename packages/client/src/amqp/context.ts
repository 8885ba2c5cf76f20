import type { Connection } from './connection.ts';
import type { AmqpEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';

/** What closes before its connection does. */
export interface Member {
  readonly close: (options?: { readonly timeoutMs?: number | undefined }) => Promise<void>;
}

/** What the parts of a client share. */
export interface Context {
  readonly options: ResolvedOptions;
  readonly connection: Connection;
  readonly emit: (event: AmqpEvent) => void;
  /** Publishers and consumers that are open. */
  readonly members: Set<Member>;
  /** A consumer's name that no other of this client has. */
  readonly makeTag: () => string;
}
