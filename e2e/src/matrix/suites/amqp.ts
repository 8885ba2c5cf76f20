import { connect } from '@rmq/client/amqp';
import { scenarios } from '../../scenarios/amqp.ts';
import type { Surroundings } from '../../scenarios/amqp/scenario.ts';
import { type Suite, suite } from '../suite.ts';
import { usualDial } from '../through-proxy.ts';
import { unique } from '../unique.ts';

type Connect = Surroundings['connect'];

function amqp({ id, title, secure }: Pick<Suite, 'id' | 'title'> & { readonly secure: boolean }): Suite {
  return suite<Connect>({
    id,
    title,
    needs: ['rabbitmq'],
    cases: Object.values(scenarios)
      .flat()
      .map(({ name, run }) => ({ name, run: (connectTo) => run({ connect: connectTo, unique: unique() }) })),
    prepare(context) {
      const { rabbitmq, certificates } = context.task;
      const { port, tlsPort } = rabbitmq;
      const dial = usualDial(context, secure ? { ca: certificates.ca } : undefined);
      const url = secure ? `amqps://127.0.0.1:${tlsPort.toString()}` : `amqp://127.0.0.1:${port.toString()}`;
      return { state: (options = {}) => connect({ url, dial, ...options }) };
    },
  });
}

/** The AMQP client does on every runtime what it does on Node. */
export const amqpSuites: readonly Suite[] = [
  amqp({ id: 'amqp', title: 'AMQP client: RabbitMQ', secure: false }),
  amqp({ id: 'amqps', title: 'AMQP client: RabbitMQ over TLS', secure: true }),
];
