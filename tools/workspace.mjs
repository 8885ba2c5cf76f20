/** Where things are, for the other tools. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
/** Ignored by git; what tools leave for each other. */
export const cache = join(root, '.cache');
export const examplesReport = join(cache, 'examples-report.json');
export const verifyReport = join(cache, 'verify.json');
export const realReport = join(root, 'e2e', 'test-report-real.json');

/** Every member of the workspace: its folder and what its manifest says. */
export function packages() {
  const inside = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
  );
  return [...inside, join(root, 'e2e'), join(root, 'benchmarks')]
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }));
}

/** The members that have tests. */
export function testPackages() {
  return packages().filter(({ scripts }) => scripts?.test !== undefined);
}

/** The folders that belong to git, not to a tool. */
const hidden = new Set(['node_modules', 'dist', 'coverage', 'target']);

/** All files below `folder` whose name ends in `ending`, tools' and installed ones left out. */
export function* filesBelow(folder, ending) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!hidden.has(entry.name) && !entry.name.startsWith('.')) yield* filesBelow(path, ending);
    } else if (entry.name.endsWith(ending)) yield path;
  }
}
