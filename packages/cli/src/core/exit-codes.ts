/** What the process's exit code says. Scripts may rely on these; a new meaning gets a new number. */
export const exitCodes = {
  /** All was done, or the user ended it with SIGINT or SIGTERM and everything in hand was finished. */
  ok: 0,
  /** Something failed: a line that could not be sent, a peer that refused, a connection that could not be made. */
  failed: 1,
  /** The command line itself is wrong: nothing was sent. */
  usage: 2,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
