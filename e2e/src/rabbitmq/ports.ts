import { freePorts, type PortRange } from '../cluster/free-ports.ts';

/** The ports one node listens on, and those its command line tools use while they run. */
export interface NodePorts {
  readonly amqp: number;
  /** AMQP over TLS, if the node has certificates. */
  readonly amqps: number;
  /** Erlang's own protocol, which the tools speak to the node. */
  readonly distribution: number;
  /** The port mapper that tells the tools where the node is. */
  readonly portMapper: number;
  /** Inclusive. A running `rabbitmqctl` listens on one of these; its default, 35672 to 35682, may be anybody's. */
  readonly tools: PortRange;
}

/** Away from the default (5672), which may belong to a RabbitMQ the developer runs, and from the clusters of RocketMQ. */
export const defaultPorts: PortRange = { from: 22_000, to: 22_999 };

const ownPorts = 4;
/** As many tools may run at a time. */
const toolPorts = 4;

/** Looks for free ports, all next to each other. */
export async function nodePorts(range: PortRange): Promise<NodePorts> {
  const first = await freePorts(ownPorts + toolPorts, range);
  const tools = { from: first + ownPorts, to: first + ownPorts + toolPorts - 1 };
  return { amqp: first, amqps: first + 1, distribution: first + 2, portMapper: first + 3, tools };
}
