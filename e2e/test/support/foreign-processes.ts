import type { Availability } from '../../src/available.ts';
import type { ClientPeer } from '../../src/peers/client-peer.ts';
import { prepareGoPeer } from '../../src/peers/go.ts';
import { prepareJavaPeer } from '../../src/peers/java.ts';
import { type Mqadmin, prepareMqadmin } from '../../src/peers/mqadmin.ts';
import { alive } from '../../src/process/alive.ts';

/** Something a test file starts once, however many clusters it is used with: a JVM takes seconds to get going. */
export interface Shared<Peer> {
  readonly prepared: Availability<object, Peer>;
  /** The running one. Only inside tests and hooks of a suite that is declared for `prepared`. */
  readonly get: () => Peer;
}

/** The official clients by language. Await it at the top level of a test file. */
export async function sharedClients(): Promise<ReadonlyMap<'Java' | 'Go', Shared<ClientPeer>>> {
  return new Map([
    ['Java', shared(await prepareJavaPeer())],
    ['Go', shared(await prepareGoPeer())],
  ]);
}

/** mqadmin. Await it at the top level of a test file. */
export async function sharedMqadmin(): Promise<Shared<Mqadmin>> {
  return shared(await prepareMqadmin());
}

/** Starts the process before the file's first test, stops it after the last, and sees to it that it is gone. */
function shared<Peer extends { readonly pid: number; readonly stop: () => Promise<void> }>(
  prepared: Availability<object, Peer>,
): Shared<Peer> {
  let running: Peer | undefined;

  if (prepared.available) {
    beforeAll(async () => {
      running = await prepared.start({});
    });
    afterAll(async () => {
      if (running === undefined) return;
      await running.stop();
      expect([running.pid].filter(alive)).toEqual([]);
    });
  }
  return {
    prepared,
    get: () => {
      if (running === undefined) throw new Error('used before it was started');
      return running;
    },
  };
}
