/**
 * Which pages may use the proxy. A browser sends its page's origin with each WebSocket, and lets every page open them to
 * anywhere: without this check any page could use a proxy its visitor can reach. Other programs send none, and pass.
 */
export class Origins {
  readonly #any: boolean;
  readonly #exact = new Set<string>();
  /** Origins without their port, where every port will do. */
  readonly #anyPort = new Set<string>();

  /**
   * @param patterns - `https://app.example.com`, `http://localhost:*`, `null` (files and sandboxed frames) or `*`
   * @throws TypeError for one that cannot be read
   */
  constructor(patterns: readonly string[]) {
    this.#any = patterns.includes('*');
    for (const pattern of patterns) {
      if (pattern === '*' || pattern === 'null') this.#exact.add(pattern);
      else if (pattern.endsWith(':*')) this.#anyPort.add(read(pattern, pattern.slice(0, -2)));
      else this.#exact.add(read(pattern, pattern));
    }
  }

  allows(origin: string | undefined): boolean {
    if (origin === undefined || this.#any) return true;
    return this.#exact.has(origin) || this.#anyPort.has(origin.replace(/:\d+$/, ''));
  }
}

/** An origin as browsers write it: no path, no default port, in lower case. */
function read(pattern: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url !== undefined && /^[^/]*:\/\/[^/?#@]*\/?$/.test(text);
  if (!isBare || url.host === '' || url.host.includes('*')) {
    throw new TypeError(`origins: "${pattern}" is no origin: give e.g. https://app.example.com or http://localhost:*`);
  }
  return `${url.protocol}//${url.host}`;
}
