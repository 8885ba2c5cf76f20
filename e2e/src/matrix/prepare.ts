import type { Availability } from '../available.ts';
import { prepareRealCluster, type RealCluster, type RealClusterOptions } from '../cluster/real-cluster.ts';
import { type PageOptions, prepareBrowser } from '../runtimes/browser.ts';
import { prepareRuntime, type Runtime, type RuntimeName } from '../runtimes/runtime.ts';
import { prepareRabbitmq, type RabbitmqNode, type RabbitmqOptions } from '../rabbitmq/rabbitmq-node.ts';

/** What can be had on this machine. */
export interface Prepared {
  readonly runtimes: Readonly<Record<RuntimeName, Runtime>>;
  readonly browser: Availability<PageOptions, unknown>;
  readonly rocketmq: Availability<RealClusterOptions, RealCluster>;
  readonly rabbitmq: Availability<RabbitmqOptions, RabbitmqNode>;
}

/** Fetches what is missing and can be fetched. Starts nothing. */
export async function prepare(): Promise<Prepared> {
  // npm is asked by the first; the others find what it brought.
  const first = await prepareRuntime('Node 20');
  const [browser, rocketmq, rabbitmq, node22, node24, node26, bun, deno] = await Promise.all([
    prepareBrowser(),
    prepareRealCluster('5.3.3'),
    prepareRabbitmq(),
    prepareRuntime('Node 22'),
    prepareRuntime('Node 24'),
    prepareRuntime('Node 26'),
    prepareRuntime('Bun'),
    prepareRuntime('Deno'),
  ]);
  const nodes = { 'Node 20': first, 'Node 22': node22, 'Node 24': node24, 'Node 26': node26 };
  return { runtimes: { ...nodes, Bun: bun, Deno: deno }, browser, rocketmq, rabbitmq };
}
