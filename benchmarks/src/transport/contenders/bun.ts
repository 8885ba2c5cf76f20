import { dial } from '@rmq/transport-bun';
import type { Contender } from '../task.ts';
import { overTransport } from './over-transport.ts';

/** `@rmq/transport-bun`. */
export function contender(): Contender {
  return overTransport(dial);
}
