import { TokenBucket } from './tokens.ts';

/** So many clients are remembered before those are forgotten about whom there is nothing to remember. */
const sweepFrom = 4_096;

/** What is known of one client. */
interface Client {
  open: number;
  readonly tokens: TokenBucket;
}

/** What one client may do. */
export interface ClientLimits {
  readonly maxConnectionsPerClient: number;
  readonly maxConnectionsPerMinute: number;
}

/** Counts the connections of each client, and how fast it opens them. It knows no clock. */
export class Clients {
  readonly #limits: ClientLimits;
  readonly #clients = new Map<string, Client>();
  #sweepAt = sweepFrom;

  constructor(limits: ClientLimits) {
    this.#limits = limits;
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#clients.size;
  }

  /** Books an attempt. @returns milliseconds until the next one is welcome; 0 if this one was */
  attempt(client: string, now: number): number {
    return this.#of(client, now).tokens.take(now);
  }

  /** Books a connection, unless the client has as many as it may have. @returns whether it was booked */
  open(client: string, now: number): boolean {
    const known = this.#of(client, now);
    if (known.open >= this.#limits.maxConnectionsPerClient) return false;
    known.open += 1;
    return true;
  }

  /** Books the end of a connection that {@link open} booked. */
  close(client: string): void {
    const known = this.#clients.get(client);
    if (known !== undefined) known.open -= 1;
  }

  #of(client: string, now: number): Client {
    const known = this.#clients.get(client);
    if (known !== undefined) return known;
    if (this.#clients.size >= this.#sweepAt) this.#sweep(now);
    const perMinute = this.#limits.maxConnectionsPerMinute;
    const made = { open: 0, tokens: new TokenBucket({ rate: perMinute / 60, capacity: perMinute }, now) };
    this.#clients.set(client, made);
    return made;
  }

  /** Doubling the mark keeps the sweeps from costing more than the attempts that fill the map. */
  #sweep(now: number): void {
    for (const [name, { open, tokens }] of this.#clients) {
      if (open === 0 && tokens.isFull(now)) this.#clients.delete(name);
    }
    this.#sweepAt = Math.max(sweepFrom, this.#clients.size * 2);
  }
}
