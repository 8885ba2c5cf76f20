/** What a transport needs of whatever carries its bytes: one read and one write at a time. */
export interface Carrier {
  /** The next bytes, in memory that is never written to again; null at the peer's end. */
  readonly read: () => Promise<Uint8Array | null>;
  /** Fulfils once all of them have been handed on. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Ends this side's direction, after everything written. */
  readonly closeWrite: () => Promise<void>;
  /** Releases everything, now. What waits is rejected, or fulfils with what no longer counts. Idempotent. */
  readonly close: () => void;
}
