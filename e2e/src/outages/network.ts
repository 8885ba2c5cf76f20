import { setTimeout as pause } from 'node:timers/promises';
import type { TcpProxy } from '../faults/tcp-proxy.ts';
import type { Load } from './load.ts';

/** Something that happens to the network between a load and its servers. */
export interface NetworkOutage {
  readonly name: string;
  /** Lets it happen; how long is up to the load, where it can still get on. */
  readonly happen: (proxy: TcpProxy, load: Load) => Promise<void>;
}

/** Longer than an attempt to send may take. */
const STALL_MS = 4_000;

/** What networks do to connections, each while a load goes on. */
export const networkOutages: readonly NetworkOutage[] = [
  {
    name: 'every byte comes 50 ms later',
    async happen(proxy, load) {
      proxy.set({ delayMs: 50 });
      await load.progress(100);
    },
  },
  {
    name: 'nothing comes through for 4 s',
    async happen(proxy) {
      proxy.set({ stalled: true });
      await pause(STALL_MS);
    },
  },
  {
    name: 'connections are reset, again and again',
    async happen(proxy, load) {
      for (let times = 0; times < 5; times += 1) {
        proxy.reset();
        await load.progress(50);
      }
    },
  },
  {
    name: 'connections are reset in the middle of frames',
    async happen(proxy, load) {
      for (const bytes of [777, 3_333, 9_999]) {
        const before = proxy.accepted;
        proxy.set({ resetAfterBytes: bytes });
        while (proxy.accepted < before + 2) await pause(10);
        proxy.heal();
        await load.progress(50);
      }
    },
  },
  {
    name: 'the answers come byte by byte',
    async happen(proxy, load) {
      proxy.set({ chunkBytes: 1 }, 'to-client');
      await load.progress(50);
    },
  },
  {
    name: 'the requests come in bits of 7 bytes',
    async happen(proxy, load) {
      proxy.set({ chunkBytes: 7 }, 'to-server');
      await load.progress(50);
    },
  },
  {
    name: 'connections are closed, and refused for a second',
    async happen(proxy, load) {
      await proxy.refuse();
      proxy.cut();
      await pause(1_000);
      await proxy.accept();
      await load.progress(50);
    },
  },
];
