import { startServer } from '@rmq/broker/mqmq';
import type { Dial } from '@rmq/transport';
import { scenarios } from '../../mqmq/scenarios.ts';
import type { Context, Suite } from '../suite.ts';
import { usualDial } from '../through-proxy.ts';
import { type Found, ownNetwork, placed } from './placed.ts';

interface Where {
  readonly address: string;
  readonly dial: Dial;
}

async function embedded({ platform }: Context): Promise<Found<Where>> {
  const { dial, listen } = ownNetwork(platform);
  const server = await startServer({ listen });
  const { host, port } = server.endpoint;
  return { address: `${host}:${port.toString()}`, dial, close: () => server.close() };
}

/** The mqmq client does on every runtime what it does on Node. */
export const mqmqSuites: readonly Suite[] = [
  placed<Where>({
    id: 'mqmq-embedded',
    title: 'mqmq client: server in the same process',
    scenarios,
    find: embedded,
  }),
  placed<Where>({
    id: 'mqmq-node',
    title: 'mqmq client: server on Node',
    scenarios,
    find: (context) => ({ address: context.task.mqmq, dial: usualDial(context) }),
  }),
];
