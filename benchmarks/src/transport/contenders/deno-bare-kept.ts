import { CHUNK_BYTES, type Contender } from '../task.ts';
import { reading } from './deno-bare.ts';

/** `Deno.connect` by someone who keeps what was read, as whoever gets it from an adapter may: new memory for each read. */
export function contender(): Contender {
  return reading(() => new Uint8Array(CHUNK_BYTES));
}
