import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../paths.ts';
import { alive } from './alive.ts';

/**
 * A new folder for the data of a server, in the cache: `kind` names the folder of all such folders, `label` is part of its
 * name. Those of test runs that were killed are removed on the way: a name begins with the id of the process that made it.
 */
export async function ownFolder(kind: string, label: string): Promise<string> {
  const parent = join(cacheFolder, kind);
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (!alive(Number.parseInt(name, 10))) await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `${process.pid}-${label}-`));
}
