import { setImmediate as immediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds. */
export interface HeldByNode {
  /** Open TCP sockets, listening ones included. */
  readonly handles: number;
  /** The heap, and buffers outside of it, after a collection. Bytes. */
  readonly bytes: number;
}

let collect: (() => void) | undefined;

/** How many TCP sockets this process has open, listening ones included. Costs little. */
export function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
}

/** What this Node process holds, after a collection: without one, a rise would say nothing. */
export async function heldByNode(): Promise<HeldByNode> {
  collect ??= collector();
  await immediate(); // closing a handle takes a turn of the event loop, and only then can it be collected
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { handles: openSockets(), bytes: heapUsed + external };
}

/** `gc()`, without asking whoever starts the process for `--expose-gc`. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('() => { gc(); }') as () => void;
}
