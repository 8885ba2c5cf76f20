import type { IncomingMessage } from 'node:http';
import { subprotocol } from '../protocol.ts';
import { parseTarget, targetParameter } from '../target.ts';
import type { Target } from '../target.ts';
import { credentialsOf } from './authenticate.ts';
import type { AuthenticationResult } from './authenticate.ts';
import { clientKey, clientOf } from './client-address.ts';
import { Clients } from './clients.ts';
import type { ClientFields } from './events.ts';
import type { Settings } from './options.ts';
import { orAborted } from './or-aborted.ts';
import type { RefusalName } from './refusals.ts';

/** A request that is refused, and when the client may come again. */
export interface Refused {
  readonly refused: RefusalName;
  readonly who: ClientFields;
  readonly retryAfterSeconds?: number | undefined;
}

/** A request that is let in. Its place is taken until `release` is called. */
export interface Admitted {
  readonly refused?: undefined;
  readonly target: Target;
  readonly who: ClientFields;
  readonly release: () => void;
}

/** A client that waits for an answer. */
export interface Waiting {
  /** Aborts when the client left, or has waited long enough. */
  readonly signal: AbortSignal;
}

/** When to come again, where nobody knows. Seconds. */
const retryLater = 10;

/** Decides who may have a connection, cheapest question first; credentials are looked at only after the limits. */
export class Gate {
  /** True lets nobody in any more. */
  draining = false;
  readonly #settings: Settings;
  readonly #clients: Clients;
  #open = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#clients = new Clients(settings);
  }

  /** Places taken. */
  get open(): number {
    return this.#open;
  }

  /** Clients about whom something is remembered. */
  get clients(): number {
    return this.#clients.size;
  }

  /** Who a request comes from, as far as it says. */
  whoIs(request: IncomingMessage): ClientFields {
    const { origin } = request.headers;
    return { client: clientOf(request, this.#settings.trusted), ...(origin !== undefined && { origin }) };
  }

  /** Judges a request for a WebSocket. Never rejects. */
  async admit(request: IncomingMessage, patience: Waiting): Promise<Admitted | Refused> {
    const who = this.whoIs(request);
    if (this.draining) return { refused: 'draining', who, retryAfterSeconds: retryLater };
    const waitMs = this.#clients.attempt(clientKey(who.client), performance.now());
    if (waitMs > 0) return { refused: 'client-rate', who, retryAfterSeconds: Math.ceil(waitMs / 1_000) };
    const target = this.#read(request);
    if (typeof target === 'string') return { refused: target, who };
    const user = await this.authenticate(request, patience);
    if (typeof user === 'string') return { refused: user, who };
    return this.#place(target, { ...who, ...(typeof user === 'object' && { user: user.user }) });
  }

  /** Whether a request shows the right credentials. Never rejects. @returns a refusal, or who it is */
  async authenticate(
    request: IncomingMessage,
    patience: Waiting,
  ): Promise<Exclude<AuthenticationResult, false> | 'unauthenticated' | 'authentication-failed'> {
    const { authenticate, emit } = this.#settings;
    if (authenticate === undefined) return true;
    const { headers } = request;
    const offered = credentialsOf(headers, subprotocolsOf(request));
    if (offered.kind === 'malformed') return 'unauthenticated';
    const credentials = offered.kind === 'none' ? undefined : offered;
    const { client, origin } = this.whoIs(request);
    const { signal } = patience;
    try {
      const asked = Promise.resolve(authenticate({ credentials, client, origin, headers, signal }));
      return (await orAborted(asked, signal)) || 'unauthenticated';
    } catch (cause) {
      if (!signal.aborted) {
        emit({ type: 'proxy.fault', level: 'error', message: 'authenticate threw: nobody is let in', cause });
      }
      return 'authentication-failed';
    }
  }

  #read(request: IncomingMessage): Target | RefusalName {
    const { origins, path } = this.#settings;
    const [asked, query] = split(request.url ?? '');
    if (asked !== path) return 'path-unknown';
    const { upgrade, origin, 'sec-websocket-version': version } = request.headers;
    if (upgrade?.toLowerCase() !== 'websocket' || version !== '13') return 'upgrade-missing';
    if (!subprotocolsOf(request).includes(subprotocol)) return 'subprotocol-missing';
    const [to = '', ...others] = new URLSearchParams(query).getAll(targetParameter);
    const target = others.length === 0 ? parseTarget(to) : undefined;
    if (target === undefined) return 'target-malformed';
    return origins.allows(origin) ? target : 'origin-not-allowed';
  }

  #place(target: Target, who: ClientFields): Admitted | Refused {
    // Asked again: checking credentials may have taken a while.
    if (this.draining) return { refused: 'draining', who, retryAfterSeconds: retryLater };
    if (this.#open >= this.#settings.maxConnections) {
      return { refused: 'total-connections', who, retryAfterSeconds: retryLater };
    }
    const key = clientKey(who.client);
    if (!this.#clients.open(key, performance.now())) {
      return { refused: 'client-connections', who, retryAfterSeconds: retryLater };
    }
    this.#open += 1;
    let taken = true;
    const release = (): void => {
      if (!taken) return;
      taken = false;
      this.#open -= 1;
      this.#clients.close(key);
    };
    return { target, who, release };
  }
}

/** The path and the query of a request's URL. */
export function split(url: string): readonly [path: string, query: string] {
  const at = url.indexOf('?');
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

function subprotocolsOf({ headers }: IncomingMessage): readonly string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}
