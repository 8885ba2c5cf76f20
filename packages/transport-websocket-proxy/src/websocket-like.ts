/**
 * A handler as runtimes type theirs: they name the full event, of which we read little. Declared as a method, because
 * only methods may be given a wider event than they ask for.
 */
interface Handler<Event> {
  handle(event: Event): void;
}

/** What {@link WebSocketLike} reports of a broken connection, where the runtime tells a page at all. */
export interface FailureLike {
  readonly error?: unknown;
  readonly message?: unknown;
}

/** What {@link WebSocketLike} reports at its end. */
export interface CloseLike {
  readonly code: number;
  readonly reason: string;
}

/** Bytes in memory of their own thread's, which is all that WebSockets take. */
export type UnsharedBytes = Uint8Array & { readonly buffer: ArrayBuffer };

/** As much of a WebSocket as we use: that of browsers, Node.js 22, Bun, Deno, and the class of the package `ws`. */
export interface WebSocketLike {
  binaryType: string;
  /** The subprotocol the server selected. */
  readonly protocol: string;
  onopen: Handler<object>['handle'] | null;
  onmessage: Handler<{ readonly data: unknown }>['handle'] | null;
  onerror: Handler<object>['handle'] | null;
  onclose: Handler<CloseLike>['handle'] | null;
  send(data: UnsharedBytes): void;
  close(code?: number, reason?: string): void;
  /** Drops the connection without a closing handshake, where there is such a thing. */
  terminate?(): void;
}

/** Makes a WebSocket and starts to connect it. */
export type WebSocketConstructor = new (url: string, subprotocols: string[]) => WebSocketLike;

/** This runtime's own WebSocket class; undefined on Node.js 20, which has none. */
export function globalWebSocket(): WebSocketConstructor | undefined {
  const found: unknown = Reflect.get(globalThis, 'WebSocket');
  return isConstructor(found) ? found : undefined;
}

function isConstructor(value: unknown): value is WebSocketConstructor {
  return typeof value === 'function';
}

/** Leaves nothing to be told, and no `error` event without a listener, which `ws` would throw. */
export function detach(socket: WebSocketLike): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  socket.onerror = () => undefined;
}

/**
 * The bytes of a binary message, as plain memory of their own; undefined for a text, or for a `Blob`, which a WebSocket
 * that ignores `binaryType` would give. By shape: `instanceof` fails for memory of another realm.
 */
export function bytesOf(data: unknown): Uint8Array | undefined {
  return isArrayBuffer(data) ? new Uint8Array(data) : undefined;
}

/** The same bytes, in memory that a WebSocket takes: a copy of those shared with another thread. */
export function unshared(bytes: Uint8Array): UnsharedBytes {
  if (isUnshared(bytes)) return bytes;
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  return copy;
}

function isUnshared(bytes: Uint8Array): bytes is UnsharedBytes {
  const { buffer } = bytes;
  return isArrayBuffer(buffer);
}

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}
