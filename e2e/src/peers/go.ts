import { join } from 'node:path';
import { notAvailable, type Availability } from '../available.ts';
import { inPackage } from '../paths.ts';
import { cachedFolder, keyOf } from '../process/cached.ts';
import { PeerError } from '../process/peer-error.ts';
import { run } from '../process/run.ts';
import { findCommand } from '../process/toolchain.ts';
import { ClientPeer } from './client-peer.ts';

const what = 'Go client 2.1.2';
const buildTimeoutMs = 300_000;
const program = 'rocketmq-go-peer';

/** What go says when a registry cannot be reached, as opposed to a checksum that differs or a module that is not there. */
const unreachable =
  /.*(dial tcp|no such host|connection refused|i\/o timeout|TLS handshake|proxyconnect|unexpected EOF).*/;

/** Thrown inside a build to leave it; never seen outside this file. */
class Unreachable extends Error {}

/**
 * Gets the Go client by its module and builds the program around it. Quick when that was done before.
 * @throws PeerError `build-failed`.
 */
export async function prepareGoPeer(): Promise<Availability<object, ClientPeer>> {
  if ((await findCommand('go')) === undefined) return notAvailable(what, 'no go on the PATH');
  const source = inPackage('peers/go');
  try {
    const folder = await cachedFolder(`go-peer-${await keyOf([source])}`, (draft) => build(source, draft));
    const command = join(folder, program);
    return { available: true, start: () => ClientPeer.start('go', { name: 'Go peer', command, args: [] }) };
  } catch (cause) {
    if (cause instanceof Unreachable) return notAvailable(what, cause.message);
    throw cause;
  }
}

async function build(source: string, folder: string): Promise<void> {
  const go = (args: readonly string[]): ReturnType<typeof run> =>
    run({ name: 'go', command: 'go', args, cwd: source }, buildTimeoutMs);
  // Apart from the build, so that a registry out of reach is not taken for a compile error.
  const download = await go(['mod', 'download']);
  const reason = download.code === 0 ? undefined : unreachable.exec(download.output)?.[0];
  if (reason !== undefined) throw new Unreachable(`go cannot get the modules: ${reason.slice(0, 200)}`);
  if (download.code !== 0) throw new PeerError('build-failed', 'go mod download failed', { output: download.output });
  // Not every checkout is a repository that go can read versions from.
  const built = await go(['build', '-buildvcs=false', '-o', join(folder, program), '.']);
  if (built.code !== 0) throw new PeerError('build-failed', 'the Go peer does not compile', { output: built.output });
}
