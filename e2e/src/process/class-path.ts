import { readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { notAvailable, type NotAvailable } from '../available.ts';
import { cachedFolder, exists, keyOf } from './cached.ts';
import { PeerError } from './peer-error.ts';
import { run } from './run.ts';
import { missingJava } from './toolchain.ts';

/** What to resolve. */
export interface ClassPathOptions {
  /** For messages: `RocketMQ 5.3.3`. */
  readonly what: string;
  /** Absolute path of the pom whose runtime dependencies are wanted. */
  readonly pom: string;
  /** Properties set on Maven's command line. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** Long enough for a first download of some 140 jars on a slow line. */
const mavenTimeoutMs = 300_000;

/** Pinned: Maven's own default for the short name "dependency" is a release of 2013. */
const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath';

/**
 * What Maven says when a repository cannot be reached. "Could not find artifact" is not among it: that repository answered,
 * so the pom asks for something that does not exist.
 */
const unreachable = /Could not transfer artifact .*|Cannot access \S+ .* in offline mode.*|Unknown host.*/;

/** Thrown inside a build to leave it; never seen outside this file. */
class Unreachable extends Error {}

/**
 * The class path of a pom's dependencies, in the form `java -cp` takes. Maven is asked once; afterwards a file in the cache
 * answers as long as every jar it names still exists.
 * @throws PeerError `build-failed` when Maven fails for another reason than an unreachable repository.
 */
export async function resolveClassPath(options: ClassPathOptions): Promise<string | NotAvailable> {
  const missing = await missingJava();
  if (missing !== undefined) return notAvailable(options.what, missing);
  const properties = Object.entries(options.properties ?? {}).map(([name, value]) => `-D${name}=${value}`);
  const name = `class-path-${await keyOf([options.pom], properties)}`;
  try {
    const found = await readClassPath(name, options, properties);
    if (await allExist(found)) return found;
    // The local Maven repository was emptied since.
    await rm(await cachedFolder(name, () => Promise.resolve()), { recursive: true, force: true });
    return await readClassPath(name, options, properties);
  } catch (cause) {
    if (cause instanceof Unreachable) return notAvailable(options.what, cause.message);
    throw cause;
  }
}

async function readClassPath(name: string, options: ClassPathOptions, properties: readonly string[]): Promise<string> {
  const folder = await cachedFolder(name, (draft) => askMaven(join(draft, 'class-path.txt'), options, properties));
  return (await readFile(join(folder, 'class-path.txt'), 'utf8')).trim();
}

async function askMaven(file: string, options: ClassPathOptions, properties: readonly string[]): Promise<void> {
  const args = [
    '-q',
    '-B',
    '-Dstyle.color=never',
    '-f',
    options.pom,
    ...properties,
    goal,
    '-DincludeScope=runtime',
    `-Dmdep.outputFile=${file}`,
  ];
  const { code, output } = await run({ name: 'mvn', command: 'mvn', args }, mavenTimeoutMs);
  if (code === 0) return;
  const reason = unreachable.exec(output)?.[0];
  if (reason !== undefined) throw new Unreachable(`Maven cannot get the jars: ${reason.slice(0, 200)}`);
  throw new PeerError('build-failed', `${options.what}: mvn ended with code ${String(code)}`, { output });
}

async function allExist(classPath: string): Promise<boolean> {
  const found = await Promise.all(classPath.split(delimiter).map((jar) => exists(jar)));
  return !found.includes(false);
}
