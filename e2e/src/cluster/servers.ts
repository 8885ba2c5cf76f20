import { delimiter } from 'node:path';
import { Child } from '../process/child.ts';
import type { RocketmqVersion } from './server-files.ts';

/** The two processes of a cluster. */
export type ServerRole = 'name-server' | 'broker';

/** How to start a server in a folder made by `writeServerFiles`. */
export interface ServerOptions {
  readonly version: RocketmqVersion;
  readonly classPath: string;
  readonly folder: string;
  readonly heapMb: number;
}

const mains = {
  'name-server': { class: 'org.apache.rocketmq.namesrv.NamesrvStartup', config: 'namesrv.conf' },
  broker: { class: 'org.apache.rocketmq.broker.BrokerStartup', config: 'broker.conf' },
} as const;

/** A 4.9 broker that finds an older store needs all of these on Java 17; without them it ends without a word. */
const opened = [
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-exports=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED',
];

/** A JVM takes three seconds to start on an idle machine and eleven on a busy one. */
const bootTimeoutMs = 60_000;

/**
 * Starts a server and waits for its "boot success". A broker is then not yet known to the name server.
 * @throws PeerError `exited` or `not-ready` with what it printed; it is not left running.
 */
export async function startServer(role: ServerRole, options: ServerOptions): Promise<Child> {
  const { class: main, config } = mains[role];
  const child = await Child.start({
    name: `${role} ${options.version}`,
    command: 'java',
    cwd: options.folder,
    args: [
      `-Xms${options.heapMb}m`,
      `-Xmx${options.heapMb}m`,
      '-XX:MaxDirectMemorySize=512m',
      '-XX:+UseSerialGC',
      '-Duser.home=.',
      ...opened,
      '-cp',
      ['quiet', options.classPath].join(delimiter),
      main,
      '-c',
      config,
    ],
    env: { ROCKETMQ_HOME: options.folder },
  });
  try {
    await child.lineMatching(/boot success/, bootTimeoutMs);
  } catch (cause) {
    await child.kill();
    throw cause;
  }
  return child;
}
