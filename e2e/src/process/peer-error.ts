/**
 * - `build-failed`: the sources of a peer do not compile;
 * - `start-failed`: the program could not be started at all;
 * - `exited`: it ended while something was expected of it;
 * - `not-ready`: it started, but did not become usable in time;
 * - `timed-out`: an answer did not come in time;
 * - `refused`: the peer answered that the command failed, its own words are in the message;
 * - `no-port`: no free block of ports was found.
 */
export type PeerErrorCode =
  'build-failed' | 'start-failed' | 'exited' | 'not-ready' | 'timed-out' | 'refused' | 'no-port';

/** A foreign program misbehaved. The message ends with the last lines it printed. */
export class PeerError extends Error {
  readonly code: PeerErrorCode;

  constructor(
    code: PeerErrorCode,
    message: string,
    details: { readonly cause?: unknown; readonly output?: string } = {},
  ) {
    super(details.output ? `${message}\n--- its last output ---\n${details.output}` : message, {
      cause: details.cause,
    });
    this.name = 'PeerError';
    this.code = code;
  }
}
