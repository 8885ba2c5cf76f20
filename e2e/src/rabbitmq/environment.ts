import { join } from 'node:path';
import type { NodePorts } from './ports.ts';

/**
 * What a node and its tools are told by environment variables: every file under `folder`, loopback only. Both need the
 * same, or the tools look for another node.
 */
export function nodeEnvironment(folder: string, ports: NodePorts): Readonly<Record<string, string>> {
  return {
    HOME: join(folder, 'home'),
    LC_ALL: 'C.UTF-8',
    // A host name that needs no resolver.
    RABBITMQ_NODENAME: `rmq${ports.amqp}@localhost`,
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, 'feature_flags'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'generated'),
    // These two do not exist: the machine's own files in /etc stay out.
    RABBITMQ_CONF_ENV_FILE: join(folder, 'no-env.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'no-advanced.config'),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: ports.amqp.toString(),
    RABBITMQ_DIST_PORT: ports.distribution.toString(),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CTL_DIST_PORT_MIN: ports.tools.from.toString(),
    RABBITMQ_CTL_DIST_PORT_MAX: ports.tools.to.toString(),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: ports.portMapper.toString(),
    // The start script then becomes the server instead of waiting for it: one process, whose id we know.
    RUNNING_UNDER_SYSTEMD: 'true',
    // It is no service, though, even if this test run is one.
    NOTIFY_SOCKET: '',
  };
}
