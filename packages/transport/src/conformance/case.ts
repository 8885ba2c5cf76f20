import { ConformanceError } from './check.ts';
import type { Harness, Impatient, Network, Pair, TlsNetwork } from './harness.ts';

/** What a case asks of the harness. */
export type Need = 'network' | 'silent' | 'held' | 'tls' | 'halfClose' | 'wholeClose' | 'reset';

/** One promise of the contract. */
export interface Case {
  /** A sentence; the test's name. Stable, so that reports can be compared. */
  readonly name: string;
  /** Without these it means nothing; {@link skipped} tells whether a harness has them. */
  readonly needs: readonly Need[];
  /**
   * Fulfils if the adapter keeps the promise, else rejects. Bring a time limit: a broken adapter may hang.
   * @throws ConformanceError also where the harness lacks what the case needs: it never passes without having run.
   */
  readonly run: (harness: Harness) => Promise<void>;
}

interface Requirement {
  readonly met: (harness: Harness) => boolean;
  /** Why a case is skipped without. */
  readonly otherwise: string;
}

const requirements: Readonly<Record<Need, Requirement>> = {
  network: { met: ({ network }) => network !== undefined, otherwise: 'the harness cannot listen' },
  silent: {
    met: ({ network }) => network?.impatient !== undefined,
    otherwise: 'no endpoint that stays silent is known',
  },
  held: { met: ({ network }) => network?.held !== undefined, otherwise: 'the runtime cannot tell what it holds' },
  tls: { met: ({ tls }) => tls !== undefined, otherwise: 'the harness has no TLS' },
  halfClose: { met: canHalfClose, otherwise: 'end() closes both directions' },
  wholeClose: { met: (harness) => !canHalfClose(harness), otherwise: 'end() closes one direction' },
  reset: { met: ({ resets }) => resets ?? true, otherwise: 'the runtime cannot reset a connection' },
};

function canHalfClose({ halfClose }: Harness): boolean {
  return halfClose ?? true;
}

/** Why this harness cannot run this case, for a runner to list it as skipped; undefined if it can. */
export function skipped({ needs }: Case, harness: Harness): string | undefined {
  return needs.map((need) => requirements[need]).find(({ met }) => !met(harness))?.otherwise;
}

function needing(needs: readonly Need[], name: string, body: (harness: Harness) => Promise<void>): Case {
  const made: Case = {
    name,
    needs,
    async run(harness) {
      const why = skipped(made, harness);
      if (why !== undefined) throw new ConformanceError(`not run: ${why}`);
      await body(harness);
    },
  };
  return made;
}

/** A case about two connected transports, which are released whatever happens. */
export function pairCase(name: string, body: (pair: Pair) => Promise<void>, needs: readonly Need[] = []): Case {
  return needing(needs, name, async ({ open }) => {
    const { near, far } = await open();
    try {
      await body({ near, far });
    } finally {
      await near[Symbol.asyncDispose]();
      await far[Symbol.asyncDispose]();
    }
    // Whatever happened before, a disposed transport is over.
    await Promise.all([near.closed, far.closed]);
  });
}

/** A pair case that means nothing where `end()` closes both directions. */
export function halfCloseCase(name: string, body: (pair: Pair) => Promise<void>): Case {
  return pairCase(name, body, ['halfClose']);
}

/** Its counterpart: where `end()` of the near end closes both directions. */
export function wholeCloseCase(name: string, body: (pair: Pair) => Promise<void>): Case {
  return pairCase(name, body, ['wholeClose']);
}

/** A case that opens as many pairs as it likes, and releases them. */
export function openingCase(name: string, body: (open: Harness['open']) => Promise<void>): Case {
  return needing([], name, ({ open }) => body(open));
}

/** A case about dialing and listening. */
export function networkCase(name: string, body: (network: Network) => Promise<void>): Case {
  return needing(['network'], name, ({ network }) => body(present(network)));
}

/** A case about an endpoint that never answers. */
export function silentCase(name: string, body: (impatient: Impatient, network: Network) => Promise<void>): Case {
  return needing(['silent'], name, ({ network }) => body(present(network?.impatient), present(network)));
}

/** A case about what is left in the process. */
export function heldCase(
  name: string,
  body: (held: NonNullable<Network['held']>, network: Network) => Promise<void>,
): Case {
  return needing(['held'], name, ({ network }) => body(present(network?.held), present(network)));
}

/** A case about certificates. */
export function tlsCase(name: string, body: (tls: TlsNetwork) => Promise<void>): Case {
  return needing(['tls'], name, ({ tls }) => body(present(tls)));
}

/** What {@link skipped} has found to be there. */
function present<T>(part: T | undefined): T {
  if (part !== undefined) return part;
  throw new ConformanceError('not run: the harness lacks what the case needs');
}
