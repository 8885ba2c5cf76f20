import { connect } from '@rmq/client/amqp';
import { scenarios } from '../../scenarios/amqp.ts';
import type { Surroundings } from '../../scenarios/amqp/scenario.ts';
import type { Suite } from '../suite.ts';
import { usualDial } from '../through-proxy.ts';
import { placed } from './placed.ts';

function amqp({ id, title, secure }: Pick<Suite, 'id' | 'title'> & { readonly secure: boolean }): Suite {
  return placed<Pick<Surroundings, 'connect'>>({
    id,
    title,
    needs: ['rabbitmq'],
    scenarios: Object.values(scenarios).flat(),
    find(context) {
      const { rabbitmq, certificates } = context.task;
      const dial = usualDial(context, secure ? { ca: certificates.ca } : undefined);
      const url = secure ? `amqps://127.0.0.1:${rabbitmq.tlsPort}` : `amqp://127.0.0.1:${rabbitmq.port}`;
      return { connect: (options = {}) => connect({ url, dial, ...options }) };
    },
  });
}

/** The AMQP client does on every runtime what it does on Node. */
export const amqpSuites: readonly Suite[] = [
  amqp({ id: 'amqp', title: 'AMQP client: RabbitMQ', secure: false }),
  amqp({ id: 'amqps', title: 'AMQP client: RabbitMQ over TLS', secure: true }),
];
