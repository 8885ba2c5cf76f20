import { startBroker } from '@rmq/broker/rocketmq';
import { memoryNetwork } from '@rmq/transport';
import { scenarios, type Surroundings } from '../../scenarios/rocketmq.ts';
import { type Context, type Suite, suite } from '../suite.ts';
import { usualDial } from '../through-proxy.ts';
import { unique } from '../unique.ts';

type Where = Pick<Surroundings, 'nameServer' | 'dial'>;

interface Place extends Pick<Suite, 'id' | 'title'> {
  readonly needs?: Suite['needs'];
  readonly find: (context: Context) => Promise<Where & { readonly close?: () => Promise<void> }>;
}

function rocketmq({ id, title, needs, find }: Place): Suite {
  return suite<Where>({
    id,
    title,
    needs,
    sideBySide: true,
    cases: scenarios.map(({ name, run }) => ({ name, run: (where) => run({ ...where, unique: unique() }) })),
    async prepare(context) {
      const { close, ...state } = await find(context);
      return { state, close };
    },
  });
}

/** A broker in the same process: over sockets, in a page over memory. */
async function embedded({ platform }: Context): ReturnType<Place['find']> {
  const network = memoryNetwork();
  const { dial, listen } = { dial: platform.adapter?.dialer(), listen: platform.adapter?.listener() };
  const broker = await startBroker({ listen: listen ?? network.listen, delayLevels: '1s 2s 3s 4s 5s' });
  const { host, port } = broker.nameServer;
  return { nameServer: `${host}:${port.toString()}`, dial: dial ?? network.dial, close: () => broker.close() };
}

/** The RocketMQ client does on every runtime what it does on Node. */
export const rocketmqSuites: readonly Suite[] = [
  rocketmq({ id: 'rocketmq-embedded', title: 'RocketMQ client: broker in the same process', find: embedded }),
  rocketmq({
    id: 'rocketmq-node',
    title: 'RocketMQ client: embedded broker on Node',
    find: async (context) => ({ nameServer: context.task.nameServers.node, dial: usualDial(context) }),
  }),
  rocketmq({
    id: 'rocketmq-real',
    title: 'RocketMQ client: RocketMQ 5.3.3',
    needs: ['rocketmq'],
    find: async (context) => ({ nameServer: context.task.nameServers.real, dial: usualDial(context) }),
  }),
];
