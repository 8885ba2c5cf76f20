import { setTimeout as delay } from 'node:timers/promises';
import { PeerError } from '../process/peer-error.ts';
import { ask } from './raw-request.ts';
import type { Ports } from './ports.ts';

/** The topic every broker that may create topics registers under; its route exists as soon as one broker is known. */
const templateTopic = 'TBW102';
const getRouteinfoByTopic = 105;
const updateBrokerConfig = 25;
const pauseMs = 50;
/** A registration that was not lost has arrived long before. */
const patienceMs = 400;

/**
 * Waits until the name server hands out a route, which is later than the broker's own "boot success".
 *
 * A 5.x broker loses its first registration when it has not yet found its name servers to be alive, about every other
 * time, and repeats it ten seconds later. Setting its permission (to what it is) makes it register at once.
 * @throws PeerError `not-ready`.
 */
export async function routable(ports: Ports, timeoutMs: number): Promise<void> {
  const start = Date.now();
  let last = 'no answer';
  for (let reminders = 0; Date.now() - start < timeoutMs;) {
    try {
      const code = await ask(ports.nameServer, { code: getRouteinfoByTopic, extFields: { topic: templateTopic } });
      if (code === 0) return;
      last = `code ${String(code)}`;
      if (Date.now() - start > patienceMs * (reminders + 1)) {
        reminders++;
        await ask(ports.broker, { code: updateBrokerConfig, body: 'brokerPermission=6\n' });
      }
    } catch (cause) {
      last = String(cause);
    }
    await delay(pauseMs);
  }
  throw new PeerError(
    'not-ready',
    `the name server on port ${ports.nameServer} has no route of ${templateTopic} after ${timeoutMs} ms, last: ${last}`,
  );
}
