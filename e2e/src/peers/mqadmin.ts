import type { Availability } from '../available.ts';
import type { ClientPeer } from './client-peer.ts';
import { prepareJavaPeer, type JavaPeerOptions } from './java.ts';

/** RocketMQ's command-line administration, version 5.3.3. */
export interface Mqadmin extends AsyncDisposable {
  /**
   * Runs one command, e.g. `run('topicList', '-n', '127.0.0.1:9876')`, and settles with what it printed. A command that
   * fails prints a stack trace and is no error here: check the text.
   * @throws PeerError `timed-out`, `exited`.
   */
  readonly run: (...args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
  readonly pid: number;
}

/** mqadmin, kept in one JVM for all commands of a test. */
export async function prepareMqadmin(): Promise<Availability<JavaPeerOptions, Mqadmin>> {
  const java = await prepareJavaPeer();
  if (!java.available) return { ...java, what: 'mqadmin 5.3.3' };
  return { available: true, start: async (options) => mqadminIn(await java.start(options)) };
}

function mqadminIn(peer: ClientPeer): Mqadmin {
  const stop = (): Promise<void> => peer.stop();
  return {
    run: async (...args) => String(((await peer.call('mqadmin', { args })) as { readonly output: unknown }).output),
    stop,
    pid: peer.pid,
    [Symbol.asyncDispose]: stop,
  };
}
