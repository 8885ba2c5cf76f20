import { readFileSync } from 'node:fs';
import { inPackage } from '../paths.ts';
import { RawConnection } from './raw-connection.ts';

/** What one side sent, or that it closed. */
export interface Step {
  readonly scenario: string;
  readonly direction: 'c2s' | 's2c';
  /** Hex. */
  readonly bytes?: string;
  readonly repeat?: { readonly prefix: string; readonly byte: string; readonly times: number };
  readonly end?: 'closed';
  readonly note?: string;
}

/** Steps on one connection to a fresh server. */
export interface Exchange {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Whether the original's process ends on it. */
  readonly killsOriginal: boolean;
}

/** What is recorded of the original's own programs depends on what others did before. */
const notAlone = /^client-(?:consumer|info)$/;

/** All exchanges with the original that make sense on a fresh server. */
export function exchanges(): readonly Exchange[] {
  const lines = readFileSync(inPackage('../packages/protocol/test/mqmq/exchanges.jsonl'), 'utf8').trimEnd().split('\n');
  const steps = lines.slice(1).map((line) => JSON.parse(line) as Step); // the first line tells their origin
  const names = [...new Set(steps.map(({ scenario }) => scenario))].filter((name) => !notAlone.test(name));
  return names.map((name) => {
    const own = steps.filter(({ scenario }) => scenario === name);
    return { name, steps: own, killsOriginal: own.some(({ note }) => note !== undefined) };
  });
}

/** Does what the client did. @returns what differs from what the original answered then; nothing, if all is well */
export async function replay({ steps }: Exchange, port: number): Promise<string | undefined> {
  const connection = await RawConnection.open(port);
  try {
    for (const step of steps) {
      if (step.direction === 'c2s' && step.end === undefined) connection.send(bytesOf(step));
      else if (step.direction === 'c2s') connection.end();
      else if (step.end !== undefined) await connection.ended();
      else {
        const expected = bytesOf(step);
        const found = await connection.take(expected.length);
        if (!found.equals(expected)) return `expected ${shown(expected)}, found ${shown(found)}`;
      }
    }
    return undefined;
  } finally {
    connection.destroy();
  }
}

function bytesOf({ bytes = '', repeat }: Step): Buffer {
  if (repeat === undefined) return Buffer.from(bytes, 'hex');
  return Buffer.concat([Buffer.from(repeat.prefix, 'hex'), Buffer.alloc(repeat.times, repeat.byte, 'hex')]);
}

function shown(bytes: Buffer): string {
  return `${bytes.length.toString()} bytes ${bytes.subarray(0, 64).toString('hex')}`;
}
