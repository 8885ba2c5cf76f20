import { fileURLToPath } from 'node:url';
import { type Contender, inNode } from '../peer/rounds.ts';

/** The floor. */
export const raw: Contender = inNode(script('raw'), 'raw socket');

/** All of them. The first is ours, the last the floor. */
export const contenders: readonly Contender[] = [
  inNode(script('rmq'), '@rmq/client'),
  inNode(script('cloudamqp'), '@cloudamqp/amqp-client 4.1.1'),
  inNode(script('amqplib'), 'amqplib 2.3.1'),
  inNode(script('rabbitmq-client'), 'rabbitmq-client 5.0.8'),
  raw,
];

function script(file: string): string {
  return fileURLToPath(new URL(`./contenders/${file}.js`, import.meta.url));
}
