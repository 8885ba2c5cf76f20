import { TransportError } from '@rmq/transport';
import type { TransportErrorCode } from '@rmq/transport';

/** Says which package to take, to a program that runs elsewhere. @throws TransportError with the code given */
export function insistOnBun(code: TransportErrorCode): void {
  if ('Bun' in globalThis) return;
  throw new TransportError(code, '@rmq/transport-bun runs on Bun only: elsewhere use that runtime’s own adapter');
}
