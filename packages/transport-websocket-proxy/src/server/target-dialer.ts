import { TransportError } from '@rmq/transport';
import type { Dial, Transport, TransportErrorCode } from '@rmq/transport';
import { printed } from '@rmq/transport/adapter';
import { nodeDialer } from '@rmq/transport-node';
import type { ClosingName } from '../protocol.ts';
import type { Target } from '../target.ts';
import { canonical } from './addresses.ts';
import type { Verdict } from './allowlist.ts';
import type { Budget } from './budget.ts';
import type { RefusalReason } from './events.ts';
import type { Settings } from './options.ts';
import { orAborted } from './or-aborted.ts';
import { reasons } from './reasons.ts';

/** The target cannot, or may not, be reached. */
export interface Unreached {
  readonly transport?: undefined;
  readonly closing: ClosingName;
  readonly reason: RefusalReason;
  /** For the client. It does not say what inner names resolve to. */
  readonly told: string;
  /** For the log. */
  readonly message: string;
}

/** The target answered. */
export interface Reached {
  readonly transport: Transport;
  /** Where it was reached. */
  readonly address: string;
}

/** What became of a dial. */
export type Outcome = Reached | Unreached;

/** Of a name's addresses so many are looked at: a hostile DNS may name thousands. */
const maxAddresses = 16;

/** TLS dialers kept, one per name: each has certificates in memory, read once. */
const maxDialers = 64;

const closings = {
  'connect-refused': 'targetRefused',
  'connect-timeout': 'targetTimeout',
  'name-not-resolved': 'nameNotResolved',
  unreachable: 'targetUnreachable',
  'tls-failed': 'targetTlsFailed',
} as const;
closings satisfies Partial<Record<TransportErrorCode, ClosingName>>;
const closingsOf: ReadonlyMap<string, ClosingName> = new Map(Object.entries(closings));

/** How a failed dial closes the client's WebSocket. */
export function closingOfFault(fault: unknown): ClosingName {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  return closingsOf.get(code) ?? 'targetFailed';
}

/** A message about an address, as one about the target a client named: what stands behind the name is not told. */
export function asNamed(message: string, target: Target, address: string): string {
  return message.replaceAll(printed({ host: address, port: target.port }), printed(target));
}

/** Resolves, checks and dials targets: in this order, and the address that was checked is the one dialed. */
export class TargetDialer {
  readonly #settings: Settings;
  readonly #isSelf: (address: string, port: number) => boolean;
  readonly #plain: Dial;
  readonly #dialers = new Map<string, Dial>();

  /** @param isSelf - whether a connection to this address and port would arrive at the proxy */
  constructor(settings: Settings, isSelf: (address: string, port: number) => boolean) {
    this.#settings = settings;
    this.#isSelf = isSelf;
    this.#plain = nodeDialer({ connectTimeoutMs: settings.target.connectTimeoutMs });
  }

  /** Never rejects. */
  async dial(target: Target, budget: Budget): Promise<Outcome> {
    const { connectTimeoutMs } = this.#settings.target;
    const deadline = performance.now() + connectTimeoutMs;
    try {
      const { host, port } = target;
      const literal = canonical(host);
      if (literal === undefined && !this.#settings.allow.mayAllow(host, port)) return notListed(target);
      const addresses = literal === undefined ? await this.#resolved(target, budget) : [literal];
      const checked = this.#check(target, addresses);
      if ('closing' in checked) return checked;
      return await this.#dialOneOf(checked.allowed, { target, budget, deadline });
    } catch (cause) {
      return unreached(cause, (message) => message);
    } finally {
      budget.stop();
    }
  }

  #resolved(target: Target, budget: Budget): Promise<readonly string[]> {
    const { connectTimeoutMs } = this.#settings.target;
    const signal = budget.start(connectTimeoutMs, () => late(target, connectTimeoutMs));
    return orAborted(this.#addressesOf(target.host), signal);
  }

  async #addressesOf(host: string): Promise<readonly string[]> {
    const unknown = (cause?: unknown): TransportError =>
      new TransportError('name-not-resolved', `${host} cannot be resolved: check its spelling, and DNS`, { cause });
    const found = await this.#settings.target.resolve(host).catch((cause: unknown) => {
      throw unknown(cause);
    });
    const addresses = found.map((text) => canonical(text)).filter((address) => address !== undefined);
    if (addresses.length === 0) throw unknown();
    return [...new Set(addresses)].slice(0, maxAddresses);
  }

  #check(target: Target, addresses: readonly string[]): { readonly allowed: readonly string[] } | Unreached {
    const { host, port } = target;
    const judged = addresses.map((address): { address: string; verdict: Verdict | 'self' } => {
      const verdict = this.#isSelf(address, port) ? 'self' : this.#settings.allow.judge({ host, port, address });
      return { address, verdict };
    });
    const having = (verdict: Verdict | 'self'): readonly string[] =>
      judged.filter((one) => one.verdict === verdict).map(({ address }) => address);
    const allowed = having('allowed');
    if (allowed.length > 0) return { allowed };
    const refused = notListed(target);
    if (having('self').length > 0) {
      return { ...refused, reason: 'target-is-proxy', message: `${printed(target)} is this proxy itself` };
    }
    const [inner] = having('inner');
    if (inner === undefined) return refused;
    const hint = `an inner address: allow ${printed({ host: inner, port })} or its range as well`;
    return { ...refused, reason: 'target-is-inner', message: `${host} resolves to ${inner}, ${hint}` };
  }

  /** One after the other, each with its share of the time left; the last fault counts. */
  async #dialOneOf(addresses: readonly string[], { target, budget, deadline }: Plan): Promise<Outcome> {
    const dial = this.#dialerFor(target);
    let outcome: Outcome | undefined;
    for (const [index, address] of addresses.entries()) {
      const shareMs = Math.max(1, (deadline - performance.now()) / (addresses.length - index));
      const at = { host: address, port: target.port, tls: target.tls };
      const signal = budget.start(shareMs, () => late(target, this.#settings.target.connectTimeoutMs));
      try {
        return { transport: await dial(at, { signal }), address };
      } catch (cause) {
        outcome = unreached(cause, (message) => asNamed(message, target, address));
        if (budget.isOver) break;
      }
    }
    return outcome ?? notListed(target);
  }

  /** The certificate has to be for the name the client asked for, although an address is dialed. */
  #dialerFor({ host, tls }: Target): Dial {
    const { connectTimeoutMs, tls: own } = this.#settings.target;
    if (!tls) return this.#plain;
    const name = own.servername ?? (canonical(host) === undefined ? host.toLowerCase().replace(/\.$/, '') : undefined);
    const known = this.#dialers.get(name ?? '');
    if (known !== undefined) return known;
    if (this.#dialers.size >= maxDialers) this.#dialers.clear();
    const made = nodeDialer({ connectTimeoutMs, tls: { ...own, servername: name } });
    this.#dialers.set(name ?? '', made);
    return made;
  }
}

interface Plan {
  readonly target: Target;
  readonly budget: Budget;
  readonly deadline: number;
}

function unreached(cause: unknown, tell: (message: string) => string): Unreached {
  const closing = closingOfFault(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  return { closing, reason: reasons[closing], told: tell(message), message };
}

function notListed(target: Target): Unreached {
  const told = `This proxy does not allow ${printed(target)}.`;
  return {
    closing: 'targetNotAllowed',
    reason: reasons.targetNotAllowed,
    told,
    message: `${printed(target)} is not in allow`,
  };
}

function late(target: Target, ms: number): TransportError {
  return new TransportError('connect-timeout', `${printed(target)} was not connected within ${ms} ms`);
}
