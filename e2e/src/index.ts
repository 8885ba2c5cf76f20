// What benchmarks use of this package: real servers and foreign clients, prepared and started.
export { type Availability, type NotAvailable } from './available.ts';
export { prepareRealCluster, type RealCluster } from './cluster/real-cluster.ts';
export { prepareOriginal } from './mqmq/original.ts';
export { ClientPeer, type Measurement } from './peers/client-peer.ts';
export { prepareGoPeer } from './peers/go.ts';
export { prepareJavaPeer } from './peers/java.ts';
export { prepareRabbitmq, type RabbitmqNode } from './rabbitmq/rabbitmq-node.ts';
export { prepareRuntime } from './runtimes/runtime.ts';
