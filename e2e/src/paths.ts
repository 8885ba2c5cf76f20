import { fileURLToPath } from 'node:url';

/** Absolute path of something in this package, from its root. The same from `src/` and from a built `dist/`. */
export function inPackage(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** Where builds, resolved class paths and the data of running brokers live. Ignored by git; safe to delete at any time. */
export const cacheFolder: string = inPackage('.cache');
