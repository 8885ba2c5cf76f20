import { readFile } from 'node:fs/promises';

/** What a process used so far. */
export interface Usage {
  /** User and system time. Microseconds. */
  readonly cpuMicros: number;
  /** Resident. Bytes. */
  readonly memoryBytes: number;
}

/** Linux counts the time of processes in this. Microseconds. */
const TICK_MICROS = 10_000;
const PAGE_BYTES = 4_096;
/** Where `/proc/<pid>/stat` has user time and, next to it, system time; counted behind the name. */
const USER_TIME_AT = 11;

/** Asks Linux about another process. */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, statm] = await Promise.all(
    ['stat', 'statm'].map((file) => readFile(`/proc/${pid.toString()}/${file}`, 'utf8')),
  );
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TIME_AT]) + Number(fields[USER_TIME_AT + 1]);
  return { cpuMicros: ticks * TICK_MICROS, memoryBytes: Number((statm ?? '').split(' ')[1]) * PAGE_BYTES };
}
