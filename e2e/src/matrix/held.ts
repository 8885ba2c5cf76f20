import type { Held } from '@rmq/transport/conformance';
import type { PlatformName } from './column.ts';

/** What runtimes offer to those who ask by a flag, or always. */
interface Collector {
  readonly gc?: (() => void) | undefined;
  readonly Bun?: { readonly gc: (force: boolean) => void } | undefined;
}

/** What this process holds after a collection. Sockets are counted as the kernel sees them, so alike on all runtimes. */
export async function heldBy(name: Exclude<PlatformName, 'page'>): Promise<Held> {
  const { readdir, readlink } = await import('node:fs/promises');
  const { memoryUsage } = (await import('node:process')).default;
  const collector: Collector = globalThis;
  // Callbacks that are due release what they hold.
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (name === 'bun') collector.Bun?.gc(true);
  else collector.gc?.();
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  const { heapUsed, external } = memoryUsage();
  return { handles: links.filter((link) => link.startsWith('socket:')).length, bytes: heapUsed + external };
}
