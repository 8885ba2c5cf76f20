import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../paths.ts';

/** A short key that changes when the content of a file or one of the words does. Folders count with all they hold. */
export async function keyOf(paths: readonly string[], words: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`${word}\n`);
  for (const path of paths) await addTo(hash, path);
  return hash.digest('hex').slice(0, 16);
}

async function addTo(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) {
    hash.update(await readFile(path));
    return;
  }
  for (const name of (await readdir(path)).sort()) {
    hash.update(`${name}\n`);
    await addTo(hash, join(path, name));
  }
}

/**
 * The folder `name` in the cache, filled by `build` when it is not there yet. `build` works in a folder of its own that is
 * moved into place at the end: a build that was interrupted, or two test runs at once, leave nothing half done.
 */
export async function cachedFolder(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name);
  if (await exists(folder)) return folder;
  const draft = `${folder}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  try {
    await build(draft);
    await rename(draft, folder);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    // Somebody else was first: theirs is as good as ours.
    if (!(await exists(folder))) throw cause;
  }
  return folder;
}

/** Whether there is something at this path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
