/**
 * A foreign peer this machine cannot provide: no JDK, no Go, or a registry out of reach. It is not a failure of the code
 * under test and not a pass either: suites report it apart (see `describeWith` in `test/support`).
 */
export interface NotAvailable {
  readonly available: false;
  /** The peer, as a reader would name it: `RocketMQ 5.3.3`. */
  readonly what: string;
  /** One line: what is missing. */
  readonly why: string;
}

/** A peer that is built and can be started any number of times. */
export interface Prepared<Options, Peer> {
  readonly available: true;
  readonly start: (options: Options) => Promise<Peer>;
}

/** What the `prepare…` functions resolve with. Test `available` to tell the two apart. */
export type Availability<Options, Peer> = Prepared<Options, Peer> | NotAvailable;

/** Builds the refusal. Only the first line of `why` is kept, so that it fits a test report. */
export function notAvailable(what: string, why: string): NotAvailable {
  return { available: false, what, why: why.trim().split('\n')[0] ?? '' };
}
