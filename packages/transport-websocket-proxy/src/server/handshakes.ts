/** The sockets of one address. */
interface Peer {
  sockets: number;
  webSockets: number;
}

/**
 * Counts the TCP connections that are no WebSockets (yet): whoever opens many and says nothing must not take the place of
 * others. One address may have a quarter of them, unless it is a reverse proxy, behind which are many clients.
 */
export class Handshakes {
  readonly #max: number;
  readonly #isShared: (peer: string) => boolean;
  readonly #peers = new Map<string, Peer>();
  #pending = 0;

  /** @param isShared - whether many clients come from this address */
  constructor(max: number, isShared: (peer: string) => boolean) {
    this.#max = max;
    this.#isShared = isShared;
  }

  /** TCP connections that are no WebSockets (yet). */
  get pending(): number {
    return this.#pending;
  }

  /** A TCP connection was accepted: {@link left} when it is gone. @returns false if it is one too many */
  arrived(peer: string): boolean {
    const known = this.#peers.get(peer) ?? { sockets: 0, webSockets: 0 };
    this.#peers.set(peer, known);
    known.sockets += 1;
    this.#pending += 1;
    const limit = this.#isShared(peer) ? this.#max : Math.floor(this.#max / 4);
    return this.#pending <= this.#max && known.sockets - known.webSockets <= limit;
  }

  left(peer: string): void {
    this.#change(peer, { sockets: -1, webSockets: 0 });
  }

  /** It is a WebSocket now: {@link downgraded} when that is gone. */
  upgraded(peer: string): void {
    this.#change(peer, { sockets: 0, webSockets: 1 });
  }

  downgraded(peer: string): void {
    this.#change(peer, { sockets: 0, webSockets: -1 });
  }

  #change(peer: string, by: Peer): void {
    const known = this.#peers.get(peer);
    if (known === undefined) return;
    known.sockets += by.sockets;
    known.webSockets += by.webSockets;
    this.#pending += by.sockets - by.webSockets;
    if (known.sockets === 0 && known.webSockets === 0) this.#peers.delete(peer);
  }
}
