import type { Availability } from '../../src/available.ts';

/** Peers by the name a suite gives them. */
type Wanted = Readonly<Record<string, Promise<Availability<never, unknown>>>>;
type Found = Readonly<Record<string, Availability<never, unknown>>>;
type Available<F extends Found> = { readonly [Name in keyof F]: Extract<F[Name], { readonly available: true }> };
type Ready<W extends Wanted> = Available<{ readonly [Name in keyof W]: Awaited<W[Name]> }>;

/**
 * A `describe` whose tests need foreign peers. Where one of them cannot be had, the suite consists of a single skipped test
 * that says so; the totals count it apart, as neither passed nor failed.
 *
 * The peers are built before any test is declared, so await it at the top level of the test file.
 * @param name - names the suite.
 * @param wanted - what to prepare, e.g. `{ java: prepareJavaPeer() }`.
 */
export async function describeWith<W extends Wanted>(
  name: string,
  wanted: W,
  body: (ready: Ready<W>) => void,
): Promise<void> {
  const found = await Promise.all(Object.entries(wanted).map(async ([key, peer]) => [key, await peer] as const));
  // Whoever is missing is told apart by describeReady; Object.fromEntries loses which peer has which type.
  describeReady(name, Object.fromEntries(found) as { readonly [Name in keyof W]: Awaited<W[Name]> }, body);
}

/** The same with peers that are prepared already, to be used inside another `describe`. */
export function describeReady<F extends Found>(name: string, found: F, body: (ready: Available<F>) => void): void {
  for (const peer of Object.values(found)) {
    if (peer.available) continue;
    describe(`${name} (not available: ${peer.what}: ${peer.why})`, () => {
      it.skip('cannot run here', () => undefined);
    });
    return;
  }
  // Every entry was found available just now, which the compiler cannot follow through a loop.
  describe(name, () => {
    body(found as Available<F>);
  });
}
