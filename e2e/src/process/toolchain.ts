import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './run.ts';

/** Where a command lies on the PATH, or `undefined`. */
export async function findCommand(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** The oldest JDK the peers are written for and the servers were tried with. */
const oldestJava = 17;

/**
 * Says what of the Java toolchain is missing, or `undefined` when a JDK (17 or newer) and Maven are there. The JDK is
 * asked, not only looked for: macOS has a `javac` that only offers a download.
 */
export async function missingJava(): Promise<string | undefined> {
  for (const command of ['java', 'javac', 'mvn']) {
    if ((await findCommand(command)) === undefined) return `no ${command} on the PATH`;
  }
  const { code, output } = await run({ name: 'javac', command: 'javac', args: ['-version'] }, 30_000);
  const found = /javac (\d+)/.exec(output)?.[1];
  if (code !== 0 || found === undefined) return 'javac -version does not work';
  return Number(found) < oldestJava ? `Java ${oldestJava} or newer is needed, found ${found}` : undefined;
}
