import type { CloseLike, WebSocketConstructor, WebSocketLike } from '@rmq/transport-websocket-proxy';

/** What a fake was asked to do, in order. */
export type Sent = Uint8Array | { readonly code: number | undefined; readonly reason: string | undefined };

/**
 * A WebSocket that does nothing by itself: the test plays the proxy, and sees what it is sent. Like a browser's, it drops
 * what is sent while closing, and refuses to close with codes a page may not use.
 */
export class FakeWebSocket implements WebSocketLike {
  binaryType = 'blob';
  protocol = '';
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onerror: WebSocketLike['onerror'] = null;
  onclose: WebSocketLike['onclose'] = null;
  readonly sent: Sent[] = [];
  readonly url: string;
  readonly subprotocols: readonly string[];
  closing = false;
  /** How much data has been sent. */
  dataBytes = 0;
  /** How many acknowledgements have been sent. */
  acknowledgements = 0;

  constructor(url: string, subprotocols: readonly string[]) {
    this.url = url;
    this.subprotocols = subprotocols;
  }

  send(data: Uint8Array): void {
    if (this.closing) return;
    this.sent.push(data);
    this.dataBytes += data.byteLength;
    if (data.byteLength === 0) this.acknowledgements += 1;
  }

  close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) throw new RangeError('InvalidAccessError');
    if (this.closing) return;
    this.closing = true;
    this.sent.push({ code, reason });
  }

  /** The proxy accepts. */
  open(protocol = 'rmq.tcp.v1'): void {
    this.protocol = protocol;
    this.onopen?.({});
  }

  /** The proxy sends bytes, or so many of them; a text, if that is what it is given. */
  deliver(data: Uint8Array | number | string): void {
    if (typeof data === 'string') {
      this.onmessage?.({ data });
      return;
    }
    const memory = new ArrayBuffer(typeof data === 'number' ? data : data.byteLength);
    if (typeof data !== 'number') new Uint8Array(memory).set(data);
    this.onmessage?.({ data: memory });
  }

  /** The proxy acknowledges a number of units. */
  acknowledge(units = 1): void {
    for (let left = units; left > 0; left -= 1) this.deliver(0);
  }

  /** The WebSocket is over. */
  over(code: number, reason = ''): void {
    const event: CloseLike = { code, reason };
    this.closing = true;
    this.onclose?.(event);
  }

  /** The data sent so far, without acknowledgements. */
  get data(): Uint8Array[] {
    return this.sent.filter((one): one is Uint8Array => one instanceof Uint8Array && one.byteLength > 0);
  }

  /** The code it was closed with. */
  get closedWith(): number | undefined {
    for (const one of this.sent) if (!(one instanceof Uint8Array)) return one.code;
    return undefined;
  }
}

const all = new Set<FakeWebSocket>();

/** Ends every fake there is, so that no test leaves a timer behind. */
export function overAll(): void {
  for (const fake of all) fake.over(1006);
  all.clear();
}

/** A WebSocket class, and the instances that were made of it. */
export function fakeWebSockets(): { readonly WebSocket: WebSocketConstructor; readonly made: FakeWebSocket[] } {
  const made: FakeWebSocket[] = [];
  class Recorded extends FakeWebSocket {
    constructor(url: string, subprotocols: readonly string[]) {
      super(url, subprotocols);
      made.push(this);
      all.add(this);
    }
  }
  return { WebSocket: Recorded, made };
}
