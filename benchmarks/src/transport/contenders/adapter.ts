import type { Dial } from '@rmq/transport';
import type { Contender, Task } from '../task.ts';
import { overTransport } from './over-transport.ts';

/** `@rmq/transport-node`, `-bun` or `-deno`. */
export async function contender({ runtime }: Task): Promise<Contender> {
  // By a name that the compiler cannot follow: the types of Node, Bun and Deno contradict each other.
  const name: string = `@rmq/transport-${runtime}`;
  const { dial } = (await import(name)) as { readonly dial: Dial };
  return overTransport(dial);
}
