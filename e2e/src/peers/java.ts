import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Availability } from '../available.ts';
import { inPackage } from '../paths.ts';
import { cachedFolder, keyOf } from '../process/cached.ts';
import { resolveClassPath } from '../process/class-path.ts';
import { PeerError } from '../process/peer-error.ts';
import { run } from '../process/run.ts';
import { ClientPeer } from './client-peer.ts';

/** How to start the Java client. */
export interface JavaPeerOptions {
  /** MiB. @defaultValue 512 */
  readonly heapMb?: number | undefined;
  /** System properties, by name: some settings of the client have no other place. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

const what = 'Java client 5.3.3';
const compileTimeoutMs = 120_000;

/**
 * Gets the official Java client through Maven and compiles the program around it. Quick when that was done before.
 * @throws PeerError `build-failed`.
 */
export async function prepareJavaPeer(): Promise<Availability<JavaPeerOptions, ClientPeer>> {
  const classPath = await resolveClassPath({ what, pom: inPackage('peers/java/pom.xml') });
  if (typeof classPath !== 'string') return classPath;
  const classes = await compile(classPath);
  return { available: true, start: (options) => start([classes, classPath].join(delimiter), options) };
}

async function compile(classPath: string): Promise<string> {
  const source = inPackage('peers/java/src');
  return cachedFolder(`java-peer-${await keyOf([source], [classPath])}`, async (folder) => {
    const files = (await readdir(source)).map((name) => join(source, name));
    const args = ['-encoding', 'UTF-8', '--release', '17', '-d', folder, '-cp', classPath, ...files];
    const { code, output } = await run({ name: 'javac', command: 'javac', args }, compileTimeoutMs);
    if (code !== 0) throw new PeerError('build-failed', 'the Java peer does not compile', { output });
  });
}

function start(classPath: string, options: JavaPeerOptions): Promise<ClientPeer> {
  // Through SLF4J without a binding the client logs nothing; by itself it writes files into the home folder.
  const properties = Object.entries({ 'rocketmq.client.logUseSlf4j': 'true', ...options.properties });
  const settings = properties.map(([name, value]) => `-D${name}=${value}`);
  const args = [`-Xmx${options.heapMb ?? 512}m`, ...settings, '-cp', classPath, 'Peer'];
  return ClientPeer.start('java', { name: 'Java peer', command: 'java', args });
}
