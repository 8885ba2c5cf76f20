import { TransportError } from '@rmq/transport';
import type { Dial, Endpoint, Transport } from '@rmq/transport';
import { checkEndpoint, deferred } from '@rmq/transport/adapter';
import type { Deferred } from '@rmq/transport/adapter';
import { brokenProtocol, closedWhileDialing, noProxy, notAccepted, violations } from './faults.ts';
import { dialSettings } from './options.ts';
import type { DialSettings, WebsocketDialOptions } from './options.ts';
import { closings, subprotocol } from './protocol.ts';
import { parseTarget, printTarget, targetParameter } from './target.ts';
import { bytesOf, detach, globalWebSocket } from './websocket-like.ts';
import type { FailureLike, WebSocketConstructor, WebSocketLike } from './websocket-like.ts';
import { WebSocketTransport } from './websocket-transport.ts';

/**
 * Makes a {@link Dial} that goes through the proxy of `@rmq/transport-websocket-proxy/server`: the endpoint is dialed by
 * the proxy, seen from where the proxy runs, if its allowlist has it.
 *
 * Beside the codes of {@link Dial}, `connect-failed` is also what a page gets that the proxy does not let in: a browser
 * does not tell a wrong URL from a wrong token or an origin that is not allowed. The proxy's log does.
 * @throws RangeError for a number out of range or credentials that cannot be sent, TypeError for two sorts of them.
 */
export function websocketDialer(options: WebsocketDialOptions): Dial {
  const settings = dialSettings(options);
  return async (to, { signal } = {}) => {
    signal?.throwIfAborted();
    return new Attempt(targetOf(to, settings.tls), settings).run(signal);
  };
}

/** The endpoint as the proxy reads it. @throws TransportError `endpoint-invalid` */
function targetOf(to: Endpoint, tls: boolean): string {
  checkEndpoint(to, 1);
  const target = printTarget({ host: to.host, port: to.port, tls: to.tls ?? tls });
  if (parseTarget(target) !== undefined) return target;
  const text = 'is no host the proxy can dial: write names in ASCII (punycode), addresses without a zone';
  throw new TransportError('endpoint-invalid', `${JSON.stringify(to.host)} ${text}`);
}

/** The proxy's address with the target in it. @throws TransportError `endpoint-invalid` */
function addressOf(url: string, target: string): URL {
  const fail = (text: string, cause?: unknown): TransportError =>
    new TransportError('endpoint-invalid', `the proxy’s url ${text}`, { cause });
  let address: URL;
  try {
    address = new URL(url);
  } catch (cause) {
    throw fail('cannot be read: give a whole one, such as wss://proxy.example.com/', cause);
  }
  if (address.protocol !== 'ws:' && address.protocol !== 'wss:') throw fail('has to begin with ws: or wss:');
  // It would be shown in logs and in the browser's tools.
  if (address.username !== '' || address.password !== '') throw fail('has credentials in it: give them as basic');
  if (address.hash !== '') throw fail('has a fragment, which WebSockets refuse');
  address.searchParams.set(targetParameter, target);
  return address;
}

/** One dial under way: whichever comes first of success, fault, timeout and abort decides, and the rest is cleaned up. */
class Attempt {
  readonly #settings: DialSettings;
  readonly #address: URL;
  readonly #label: string;
  readonly #result: Deferred<Transport> = deferred();
  #socket: WebSocketLike | undefined;
  #failure: FailureLike | undefined;
  #stage: 'token' | 'opening' | 'dialing' | 'settled' = 'token';

  constructor(target: string, settings: DialSettings) {
    this.#settings = settings;
    this.#address = addressOf(settings.url, target);
    this.#label = `${target} via ${this.#address.host}`;
  }

  async run(signal: AbortSignal | undefined): Promise<Transport> {
    const onAbort = (): void => {
      this.#fail(signal?.reason);
    };
    const timer = setTimeout(() => {
      this.#fail(this.#late());
    }, this.#settings.connectTimeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      void this.#start();
      return await this.#result.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Never rejects: what goes wrong is the result's. */
  async #start(): Promise<void> {
    try {
      const offered = [subprotocol];
      const credentials = await this.#credentials();
      if (credentials !== undefined) offered.push(credentials);
      if (!this.#is('token')) return; // given up meanwhile
      this.#stage = 'opening';
      this.#listen(this.#open(offered));
    } catch (reason) {
      this.#fail(reason);
    }
  }

  async #credentials(): Promise<string | undefined> {
    try {
      return await this.#settings.credentials?.();
    } catch (cause) {
      const text = `${this.#label}: there is no token to show the proxy: see the cause`;
      throw new TransportError('connect-failed', text, { cause });
    }
  }

  #open(offered: string[]): WebSocketLike {
    const WebSocket: WebSocketConstructor | undefined = this.#settings.WebSocket ?? globalWebSocket();
    if (WebSocket === undefined) {
      const text = 'this runtime has no WebSocket: install ws, and pass its class as the WebSocket option';
      throw new TransportError('connect-failed', text);
    }
    try {
      return new WebSocket(this.#address.href, offered);
    } catch (cause) {
      const text = 'this WebSocket refuses the proxy’s url: a page served over https may only use wss:; see the cause';
      throw new TransportError('endpoint-invalid', `${this.#label}: ${text}`, { cause });
    }
  }

  #listen(socket: WebSocketLike): void {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#stage = 'dialing';
      if (socket.protocol !== subprotocol) this.#fail(noProxy(this.#label));
    };
    socket.onmessage = ({ data }) => {
      this.#receive(socket, bytesOf(data));
    };
    socket.onerror = (failure) => {
      this.#failure = failure;
      // Once open, the close event that follows has the code. Before, it has none, and on Node.js 22 it never comes.
      if (this.#is('opening')) this.#fail(notAccepted(this.#label, failure));
    };
    socket.onclose = (close) => {
      const opened = this.#is('dialing');
      this.#fail(
        opened ? closedWhileDialing(this.#label, close, this.#failure) : notAccepted(this.#label, this.#failure),
      );
    };
  }

  /** The first message: empty, or something is wrong. */
  #receive(socket: WebSocketLike, message: Uint8Array | undefined): void {
    if (message?.byteLength === 0) {
      this.#stage = 'settled';
      this.#result.resolve(new WebSocketTransport(socket, this.#label));
      return;
    }
    const what = message === undefined ? violations.text : violations.beforeConnected;
    this.#fail(brokenProtocol('connect-failed', this.#label, what), closings.protocolBroken.code);
  }

  #fail(reason: unknown, code: number = closings.aborted.code): void {
    if (this.#is('settled')) return;
    this.#stage = 'settled';
    if (this.#socket !== undefined) {
      detach(this.#socket);
      this.#socket.close(code);
    }
    this.#result.reject(reason);
  }

  #is(stage: 'token' | 'opening' | 'dialing' | 'settled'): boolean {
    return this.#stage === stage;
  }

  #late(): TransportError {
    const texts = {
      token: 'the token function did not answer',
      opening: 'the proxy did not answer, or the browser holds the connection back',
      dialing: 'the proxy did not reach the target',
      settled: 'settled',
    } as const;
    const text = `${texts[this.#stage]} within ${this.#settings.connectTimeoutMs.toString()} ms`;
    const advice = this.#stage === 'opening' ? ': check the url; pages need leave to reach local addresses' : '';
    return new TransportError('connect-timeout', `${this.#label}: ${text}${advice}`);
  }
}
