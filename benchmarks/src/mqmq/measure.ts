import { type Load, rawLoad } from './raw-load.ts';
import type { ServerKind, ServerProcess } from './server-process.ts';

/** The figures of one run. */
export interface Figures {
  readonly perSecond: number;
  /** Of the server's process. Microseconds per operation. */
  readonly serverMicros: number;
  /** Of this process, which asks. Microseconds per operation. */
  readonly clientMicros: number;
}

/** Who asks. */
export type Ask = (port: number, load: Load) => Promise<void>;

/** Fills a queue fast. */
const FILLING = { job: 'put', connections: 8, pipelined: 64 } as const;
/** Of the operations that are measured, so many are done before. */
const WARM_UP_SHARE = 0.5;

/** Measures a load on a fresh server, behind a warm-up of the same kind. */
export async function measure(kind: ServerKind, ask: Ask, load: Load): Promise<Figures> {
  const server = await kind.start();
  try {
    const warmUp = { ...load, operations: Math.ceil(load.operations * WARM_UP_SHARE) };
    if (load.job === 'get') await rawLoad(server.port, { ...FILLING, operations: stock(load, warmUp) });
    await ask(server.port, warmUp);
    return await measured(server, ask, load);
  } finally {
    await server.stop();
  }
}

/** As much as will be asked for, each share rounded up. */
function stock(load: Load, warmUp: Load): number {
  const spare = load.connections * load.pipelined * 2;
  return load.operations + warmUp.operations + spare;
}

async function measured(server: ServerProcess, ask: Ask, load: Load): Promise<Figures> {
  const before = await server.usage();
  const own = process.cpuUsage();
  const since = performance.now();
  await ask(server.port, load);
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(own);
  const after = await server.usage();
  return {
    perSecond: load.operations / seconds,
    serverMicros: (after.cpuMicros - before.cpuMicros) / load.operations,
    clientMicros: (user + system) / load.operations,
  };
}

/** What one message in a queue takes. Bytes. */
export async function memoryPerMessage(kind: ServerKind, messages: number): Promise<number> {
  const server = await kind.start();
  try {
    await rawLoad(server.port, { ...FILLING, operations: Math.ceil(messages / 10) });
    const before = await server.usage();
    await rawLoad(server.port, { ...FILLING, operations: messages });
    const after = await server.usage();
    return (after.memoryBytes - before.memoryBytes) / messages;
  } finally {
    await server.stop();
  }
}
