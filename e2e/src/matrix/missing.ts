import type { Availability } from '../available.ts';
import type { Column } from './column.ts';
import type { Prepared } from './prepare.ts';
import type { Suite } from './suite.ts';

/** Why this machine cannot run a suite in a column: something has to be installed first. */
export function missingFor(prepared: Prepared, { needs }: Suite, { name }: Column): string | undefined {
  const place = name === 'Chromium' ? prepared.browser : prepared.runtimes[name];
  const wanted: readonly Availability<never, unknown>[] = [place, ...needs.map((peer) => prepared[peer])];
  const missing = wanted.find((each) => !each.available);
  return missing?.available === false ? `not available: ${missing.what}: ${missing.why}` : undefined;
}
