import { canonical, isInner, isLoopback, isNowhere, range } from './addresses.ts';
import type { Range } from './addresses.ts';

/** One pattern, read. */
interface Rule {
  /** Set for addresses and CIDR ranges. */
  readonly addresses?: Range | undefined;
  /** Set for names: matches a name in lower case, without a dot at its end. */
  readonly names?: ((name: string) => boolean) | undefined;
  /** It says `localhost`, and thereby loopback addresses; a pattern that merely covers the word does not. */
  readonly localhost?: boolean | undefined;
  readonly lowest: number;
  readonly highest: number;
}

/** Where a client wants to go, and one address it would lead to. */
export interface Candidate {
  /** As the client gave it: a name, or an address. */
  readonly host: string;
  readonly port: number;
  /** What `host` was resolved to, {@link canonical}. */
  readonly address: string;
}

/** Why an address may not be dialed; `inner` when only its being inner stands against it. */
export type Verdict = 'allowed' | 'inner' | 'not-listed';

/**
 * Which targets may be dialed. A name is judged together with the address it leads to now:
 *
 * - A rule of addresses (`10.0.0.0/8:10909-10911`, `[fd00::/8]:*`) lets an address in, whatever name led there.
 * - A rule of names (`*.example.com:9876`) lets in the public addresses of a name. That DNS says an inner one is no
 *   reason to dial it: the range has to be listed as well. `localhost` is the exception, and covers the loopback addresses.
 * - Addresses nobody can connect to (unspecified, multicast, reserved) are never allowed.
 */
export class Allowlist {
  readonly #rules: readonly Rule[];

  /** @throws TypeError for a pattern that cannot be read */
  constructor(patterns: readonly string[]) {
    this.#rules = patterns.map(readRule);
  }

  /** Whether some address could make this target an allowed one: if not, DNS need not be asked. */
  mayAllow(host: string, port: number): boolean {
    const address = canonical(host);
    if (address !== undefined) return this.judge({ host, port, address }) === 'allowed';
    // Any name may lead to an address that is listed.
    return this.#at(port).some(({ addresses, names }) => addresses !== undefined || names?.(plain(host)) === true);
  }

  judge({ host, port, address }: Candidate): Verdict {
    if (isNowhere(address)) return 'not-listed';
    const rules = this.#at(port);
    if (rules.some(({ addresses }) => addresses?.has(address))) return 'allowed';
    const name = canonical(host) === undefined ? plain(host) : undefined;
    const matching = name === undefined ? [] : rules.filter(({ names }) => names?.(name));
    if (matching.length === 0) return 'not-listed';
    if (!isInner(address)) return name === 'localhost' ? 'not-listed' : 'allowed';
    return isLoopback(address) && matching.some(({ localhost }) => localhost) ? 'allowed' : 'inner';
  }

  #at(port: number): readonly Rule[] {
    return this.#rules.filter(({ lowest, highest }) => port >= lowest && port <= highest);
  }
}

/** A name as rules know it. */
function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function readRule(pattern: string): Rule {
  const [, bracketed, open, ports = ''] = /^(?:\[([^[\]]+)\]|([^[\]:]+)):([\d*-]+)$/.exec(pattern) ?? [];
  const host = bracketed ?? open;
  if (host === undefined) {
    throw unreadable(pattern, 'expected HOST:PORT, e.g. *.example.com:9876, 10.0.0.0/8:10909-10911 or [fd00::/8]:*');
  }
  const [lowest, highest] = readPorts(pattern, ports);
  const addresses = range(host);
  if (addresses !== undefined) return { addresses, lowest, highest };
  if (bracketed !== undefined || /[/]|^[\d.]+$/.test(host)) {
    throw unreadable(pattern, `${host} is no address and no CIDR range`);
  }
  const name = plain(host);
  return { names: readName(pattern, name), localhost: name === 'localhost', lowest, highest };
}

function readPorts(pattern: string, text: string): readonly [number, number] {
  if (text === '*') return [1, 65_535];
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const lowest = Number(first);
  const highest = Number(last ?? first);
  if (lowest >= 1 && lowest <= highest && highest <= 65_535) return [lowest, highest];
  throw unreadable(pattern, 'its port is none: give 9876, 10909-10911, or * for all');
}

function readName(pattern: string, name: string): (name: string) => boolean {
  const suffix = name.startsWith('*') ? name.slice(1) : undefined;
  const rest = suffix === undefined ? name : suffix.slice(1);
  if ((suffix === undefined || suffix.startsWith('.')) && /^[\w-]+(?:\.[\w-]+)*$/.test(rest)) {
    return suffix === undefined ? (asked) => asked === name : (asked) => asked.endsWith(suffix);
  }
  if (name === '*') return () => true;
  throw unreadable(
    pattern,
    'a * stands for all names, alone or as *.example.com; other names are letters, digits, - and .',
  );
}

function unreadable(pattern: string, reason: string): TypeError {
  return new TypeError(`allow: "${pattern}" cannot be read: ${reason}`);
}
