import { consuming } from './amqp/consuming.ts';
import { messageProperties } from './amqp/properties.ts';
import { publishing } from './amqp/publishing.ts';
import type { Scenario } from './amqp/scenario.ts';
import { topology } from './amqp/topology.ts';

/** What AMQP users do, by what it is about. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  topology,
  publishing,
  properties: messageProperties,
  consuming,
};
