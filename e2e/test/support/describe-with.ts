import type { Availability } from '../../src/available.ts';

/** Peers by the name a suite gives them. */
type Wanted = Readonly<Record<string, Promise<Availability<never, unknown>>>>;
type Ready<W extends Wanted> = { readonly [Name in keyof W]: Extract<Awaited<W[Name]>, { readonly available: true }> };

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
  for (const [, peer] of found) {
    if (peer.available) continue;
    describe(`${name} (not available: ${peer.what}: ${peer.why})`, () => {
      it.skip('cannot run here', () => undefined);
    });
    return;
  }
  // Every entry was found available just now, which the compiler cannot follow through Object.fromEntries.
  describe(name, () => {
    body(Object.fromEntries(found) as Ready<W>);
  });
}
