import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from '../process/own-folder.ts';
import type { Ports } from './ports.ts';

/** The versions the tests run against. Others may work, these were tried. */
export type RocketmqVersion = '5.3.3' | '4.9.7';

/** Settings of a broker, by the names of its configuration file. */
export type BrokerSettings = Readonly<Record<string, string | number | boolean>>;

/**
 * Delay level n takes n seconds, so that delayed and retried messages arrive within a test; the first redelivery of a
 * message uses level 3. The server's own levels go up to two hours.
 */
const quickDelayLevels = Array.from({ length: 18 }, (_, index) => `${index + 1}s`).join(' ');

/**
 * Errors to stdout, where they are kept for the message of a failed start, and nothing else: with its own configuration a
 * server prints some 300 lines about its logging and writes log files.
 */
function logback(appender: string): string {
  return `<configuration>
  ${appender === shadedAppender ? `<statusListener class="${shaded}.core.status.NopStatusListener"/>` : ''}
  <appender name="OUT" class="${appender}"><encoder><pattern>%level %logger{0} %msg%n%ex{3}</pattern></encoder></appender>
  <root level="ERROR"><appender-ref ref="OUT"/></root>
</configuration>
`;
}
const shaded = 'org.apache.rocketmq.logging.ch.qos.logback';
const shadedAppender = `${shaded}.core.ConsoleAppender`;
const plainAppender = 'ch.qos.logback.core.ConsoleAppender';

/**
 * A new folder with the configuration of one name server and one broker. Each start needs its own copy, because a broker
 * rewrites its file when a client changes a setting.
 */
export async function writeServerFiles(
  version: RocketmqVersion,
  ports: Ports,
  settings: BrokerSettings,
): Promise<string> {
  const folder = await ownFolder('clusters', `${version}-${ports.nameServer}`);
  await mkdir(join(folder, 'conf'));
  await mkdir(join(folder, 'quiet'));
  await Promise.all([
    // 5.x looks this name up on the class path, before the file it carries itself.
    writeFile(join(folder, 'quiet', 'rmq.logback.xml'), logback(shadedAppender)),
    // 4.9.x ends at once without these two.
    writeFile(join(folder, 'conf', 'logback_namesrv.xml'), logback(plainAppender)),
    writeFile(join(folder, 'conf', 'logback_broker.xml'), logback(plainAppender)),
    writeFile(join(folder, 'namesrv.conf'), properties(nameServerSettings(ports))),
    writeFile(join(folder, 'broker.conf'), properties({ ...brokerSettings(ports), ...settings })),
  ]);
  return folder;
}

function nameServerSettings(ports: Ports): BrokerSettings {
  return { listenPort: ports.nameServer, kvConfigPath: 'kv.json', configStorePath: 'namesrv.properties' };
}

function brokerSettings(ports: Ports): BrokerSettings {
  return {
    brokerClusterName: 'DefaultCluster',
    brokerName: 'broker-a',
    brokerId: 0,
    namesrvAddr: `127.0.0.1:${ports.nameServer}`,
    listenPort: ports.broker,
    haListenPort: ports.ha,
    // Unset, these are guessed from the interfaces: an address that clients on this machine may not reach.
    brokerIP1: '127.0.0.1',
    brokerIP2: '127.0.0.1',
    storePathRootDir: 'store',
    storePathCommitLog: 'store/commitlog',
    mappedFileSizeCommitLog: 64 * 1024 * 1024,
    mappedFileSizeConsumeQueue: 600_000,
    autoCreateTopicEnable: true,
    enablePropertyFilter: true,
    messageDelayLevel: quickDelayLevels,
  };
}

function properties(settings: BrokerSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}
