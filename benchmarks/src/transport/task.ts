/** What one process is told to do, with one contender, against the peer's ports. */
export interface Task {
  /** Apart, as neither is to be measured with what the other has left in memory. */
  readonly part: 'idle' | 'load';
  readonly contender: ContenderName;
  readonly runtime: RuntimeName;
  readonly ports: Ports;
  /** The URL of a proxy that is told the target. */
  readonly proxy?: string | undefined;
  /** What runs between, to be asked what it used. */
  readonly pids: readonly number[];
  readonly sizes: Sizes;
}

/** The peer's three services on 127.0.0.1, or what leads to each. */
export interface Ports {
  readonly echo: number;
  readonly sink: number;
  readonly source: number;
}

/** How much of each. */
export interface Sizes {
  /** Sent, and received. Bytes. */
  readonly bytes: number;
  readonly roundTrips: number;
  readonly idleConnections: number;
}

/** What a job took. */
export interface Cost {
  readonly seconds: number;
  /** User and system time of the process. */
  readonly cpuSeconds: number;
  /** The same of what runs between. */
  readonly betweenCpuSeconds: number;
}

/** What a process found out under load. */
export interface Load {
  readonly send: Cost;
  readonly receive: Cost;
  readonly roundTrips: Cost;
}

/** What a process found out about connections that do nothing. */
export interface Idle {
  /** Bytes resident per connection that is open and does nothing, a reader waiting on it. */
  readonly idleBytes: number;
  /** The same in what runs between. */
  readonly betweenIdleBytes: number;
}

/** Both. */
export interface Findings extends Load, Idle {}

/** Where a contender runs. */
export type RuntimeName = 'node' | 'bun' | 'deno';

/** A way of moving bytes, by its module: our adapter for the runtime, or the runtime's bare socket; with a proxy between. */
export type ContenderName = 'adapter' | `${RuntimeName}-bare` | 'deno-bare-kept' | 'websocket' | 'websocket-bare';

/** What each contender does, in whatever way is usual for it. */
export interface Contender {
  /** Sends a header of 8 bytes with the count, and so many bytes; fulfils when the peer has taken them all. */
  readonly send: (port: number, bytes: number) => Promise<void>;
  /** Asks for so many bytes with a header, and takes them. */
  readonly receive: (port: number, bytes: number) => Promise<void>;
  /** Sends 100 bytes, waits until 100 are back, and so on. */
  readonly roundTrips: (port: number, count: number) => Promise<void>;
  /** Opens one connection and waits for bytes on it, which never come. */
  readonly idle: (port: number) => Promise<void>;
}

/** Size of a chunk written. Bytes. */
export const CHUNK_BYTES = 65_536;
/** Size of what goes to and fro. Bytes. */
export const TRIP_BYTES = 100;
/** Size of the header. Bytes. */
export const HEADER_BYTES = 8;

/** How many bytes follow, or are wanted. */
export function header(bytes: number): Uint8Array {
  const encoded = new Uint8Array(HEADER_BYTES);
  new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength).setFloat64(0, bytes);
  return encoded;
}

/** Reads {@link header}. */
export function headerOf(encoded: Uint8Array): number {
  return new DataView(encoded.buffer, encoded.byteOffset, HEADER_BYTES).getFloat64(0);
}
