import { startServer } from '@rmq/broker/mqmq';
import { memoryNetwork } from '@rmq/transport';
import { scenarios, type Surroundings } from '../../mqmq/scenarios.ts';
import { type Context, type Suite, suite } from '../suite.ts';
import { usualDial } from '../through-proxy.ts';
import { unique } from '../unique.ts';

type Where = Pick<Surroundings, 'address' | 'dial'>;

interface Place extends Pick<Suite, 'id' | 'title'> {
  readonly find: (context: Context) => Promise<Where & { readonly close?: () => Promise<void> }>;
}

function mqmq({ id, title, find }: Place): Suite {
  return suite<Where>({
    id,
    title,
    cases: scenarios.map(({ name, run }) => ({ name, run: (where) => run({ ...where, unique: unique() }) })),
    async prepare(context) {
      const { close, ...state } = await find(context);
      return { state, close };
    },
  });
}

/** A server in the same process: over sockets, in a page over memory. */
async function embedded({ platform }: Context): ReturnType<Place['find']> {
  const network = memoryNetwork();
  const { dial, listen } = { dial: platform.adapter?.dialer(), listen: platform.adapter?.listener() };
  const server = await startServer({ listen: listen ?? network.listen });
  const { host, port } = server.endpoint;
  return { address: `${host}:${port.toString()}`, dial: dial ?? network.dial, close: () => server.close() };
}

/** The mqmq client does on every runtime what it does on Node. */
export const mqmqSuites: readonly Suite[] = [
  mqmq({ id: 'mqmq-embedded', title: 'mqmq client: server in the same process', find: embedded }),
  mqmq({
    id: 'mqmq-node',
    title: 'mqmq client: server on Node',
    find: async (context) => ({ address: context.task.mqmq, dial: usualDial(context) }),
  }),
];
