import { dial } from '@rmq/transport-node';
import type { Contender } from '../task.ts';
import { overTransport } from './over-transport.ts';

/** `@rmq/transport-node`. */
export function contender(): Contender {
  return overTransport(dial);
}
