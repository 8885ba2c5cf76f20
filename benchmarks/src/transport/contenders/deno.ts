import { dial } from '@rmq/transport-deno';
import type { Contender } from '../task.ts';
import { overTransport } from './over-transport.ts';

/** `@rmq/transport-deno`. */
export function contender(): Contender {
  return overTransport(dial);
}
