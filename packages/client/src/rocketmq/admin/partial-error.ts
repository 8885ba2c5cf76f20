import { RmqError } from '@rmq/protocol';
import type { Address } from '../remoting.ts';

/** What a {@link PartialError} knows. */
export interface PartialOutcome<Results> {
  /** Who did what was asked. */
  readonly succeeded: readonly Address[];
  /** Who did not, and why: a ReplyError, a TimeoutError, a ConnectionError, a ProtocolError. At least one. */
  readonly failures: ReadonlyMap<Address, unknown>;
  /** What the call would have resolved with, had those who failed not been there. */
  readonly results: Results;
}

/**
 * Several servers were asked and some failed, maybe all. The others did what was asked, and what they answered is not
 * lost: it is in `results`, in the form in which the call resolves.
 */
export class PartialError<Results = unknown> extends RmqError<'partly-failed'> implements PartialOutcome<Results> {
  readonly succeeded: readonly Address[];
  readonly failures: ReadonlyMap<Address, unknown>;
  readonly results: Results;

  constructor(what: string, { succeeded, failures, results }: PartialOutcome<Results>) {
    const list = [...failures].map(
      ([address, cause]) => `${address} (${cause instanceof Error ? cause.message : String(cause)})`,
    );
    super('partly-failed', `${what} failed at ${list.join(', ')}`, { cause: [...failures.values()][0] });
    this.succeeded = succeeded;
    this.failures = failures;
    this.results = results;
  }
}
