import { startBroker } from '@rmq/broker/rocketmq';
import type { Dial } from '@rmq/transport';
import { scenarios } from '../../scenarios/rocketmq.ts';
import type { Context, Suite } from '../suite.ts';
import { usualDial } from '../through-proxy.ts';
import { type Found, ownNetwork, placed } from './placed.ts';

interface Where {
  readonly nameServer: string;
  readonly dial: Dial;
}

async function embedded({ platform }: Context): Promise<Found<Where>> {
  const { dial, listen } = ownNetwork(platform);
  const broker = await startBroker({ listen, delayLevels: '1s 2s 3s 4s 5s' });
  const { host, port } = broker.nameServer;
  return { nameServer: `${host}:${port.toString()}`, dial, close: () => broker.close() };
}

/** Most of a scenario is waiting for a delay or for members to join. */
const common = { scenarios, sideBySide: true } as const;

/** The RocketMQ client does on every runtime what it does on Node. */
export const rocketmqSuites: readonly Suite[] = [
  placed<Where>({
    ...common,
    id: 'rocketmq-embedded',
    title: 'RocketMQ client: broker in the same process',
    find: embedded,
  }),
  placed<Where>({
    ...common,
    id: 'rocketmq-node',
    title: 'RocketMQ client: embedded broker on Node',
    find: (context) => ({ nameServer: context.task.nameServers.node, dial: usualDial(context) }),
  }),
  placed<Where>({
    ...common,
    id: 'rocketmq-real',
    title: 'RocketMQ client: RocketMQ 5.3.3',
    needs: ['rocketmq'],
    find: (context) => ({ nameServer: context.task.nameServers.real, dial: usualDial(context) }),
  }),
];
