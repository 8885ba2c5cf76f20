import { rm } from 'node:fs/promises';
import { notAvailable, type Availability } from '../available.ts';
import { inPackage } from '../paths.ts';
import type { Child } from '../process/child.ts';
import { resolveClassPath } from '../process/class-path.ts';
import type { PortRange } from './free-ports.ts';
import { clusterPorts, defaultPorts, type Ports } from './ports.ts';
import { routable } from './routable.ts';
import { writeServerFiles, type BrokerSettings, type RocketmqVersion } from './server-files.ts';
import { startServer, type ServerOptions, type ServerRole } from './servers.ts';

/** How to start a cluster; every field has a default. */
export interface RealClusterOptions {
  /** Written into the broker's configuration file, over the test settings. */
  readonly settings?: BrokerSettings | undefined;
  /** Where to look for free ports. @defaultValue 21000 to 21999 */
  readonly ports?: PortRange | undefined;
  /** Heap of the broker. MiB. @defaultValue 384 */
  readonly brokerHeapMb?: number | undefined;
  /** How long the name server may take to know the broker after its start. Milliseconds. @defaultValue 20000 */
  readonly routeTimeoutMs?: number | undefined;
}

const nameServerHeapMb = 96;
/** On SIGTERM the sockets close at once, the processes then wait up to 19 s for timers of their own: no use waiting. */
const stopGraceMs = 300;

/**
 * Gets what a RocketMQ of this version needs: a JDK and, through Maven, its jars. Quick when that was done before.
 * @throws PeerError `build-failed`.
 */
export async function prepareRealCluster(
  version: RocketmqVersion,
): Promise<Availability<RealClusterOptions, RealCluster>> {
  const what = `RocketMQ ${version}`;
  if (process.platform === 'win32') return notAvailable(what, 'the servers are started the POSIX way only');
  const classPath = await resolveClassPath({
    what,
    pom: inPackage('peers/rocketmq/pom.xml'),
    properties: { 'rocketmq.version': version },
  });
  if (typeof classPath !== 'string') return classPath;
  return { available: true, start: (options) => RealCluster.start(version, classPath, options) };
}

/**
 * A real name server and a real broker on the loopback interface, with a data folder of their own. They end with this
 * process at the latest, and their data with `stop()`.
 */
export class RealCluster {
  readonly available = true;
  readonly version: RocketmqVersion;
  /** `host:port`, as clients take it. */
  readonly nameServer: string;
  /** `host:port`, as routes spell it. */
  readonly brokerAddress: string;
  readonly brokerName = 'broker-a';
  readonly clusterName = 'DefaultCluster';
  readonly #ports: Ports;
  readonly #servers: Map<ServerRole, Child> = new Map();
  readonly #options: ServerOptions;
  readonly #heapMb: Readonly<Record<ServerRole, number>>;
  readonly #routeTimeoutMs: number;

  private constructor(ports: Ports, server: ServerOptions, options: RealClusterOptions) {
    this.version = server.version;
    this.nameServer = `127.0.0.1:${ports.nameServer}`;
    this.brokerAddress = `${String(options.settings?.['brokerIP1'] ?? '127.0.0.1')}:${ports.broker}`;
    this.#ports = ports;
    this.#options = server;
    this.#heapMb = { 'name-server': nameServerHeapMb, broker: server.heapMb };
    this.#routeTimeoutMs = options.routeTimeoutMs ?? 20_000;
  }

  /** Use `prepareRealCluster`, which knows the class path. @throws PeerError `no-port`, `exited`, `not-ready`. */
  static async start(version: RocketmqVersion, classPath: string, options: RealClusterOptions): Promise<RealCluster> {
    const ports = await clusterPorts(options.ports ?? defaultPorts);
    const folder = await writeServerFiles(version, ports, options.settings ?? {});
    const cluster = new RealCluster(
      ports,
      { version, classPath, folder, heapMb: options.brokerHeapMb ?? 384 },
      options,
    );
    try {
      await cluster.restart();
      return cluster;
    } catch (cause) {
      await cluster.stop();
      throw cause;
    }
  }

  /** Kills a server as a power cut would, and returns when the process is gone. @defaultValue the broker */
  async kill9(role: ServerRole = 'broker'): Promise<void> {
    await this.#servers.get(role)?.kill('SIGKILL');
    this.#servers.delete(role);
  }

  /**
   * Asks the broker to end (SIGTERM): it leaves the name server and closes every connection within milliseconds. Its
   * process is killed once that is done.
   */
  async shutDownBroker(): Promise<void> {
    await this.#servers.get('broker')?.stop(stopGraceMs);
    this.#servers.delete('broker');
  }

  /**
   * Starts what is not running, on the same ports and the same data, and returns when routes are handed out again.
   * @throws PeerError `exited`, `not-ready`.
   */
  async restart(): Promise<void> {
    for (const role of ['name-server', 'broker'] as const) {
      if (this.#servers.get(role)?.running === true) continue;
      this.#servers.set(role, await startServer(role, { ...this.#options, heapMb: this.#heapMb[role] }));
    }
    await routable(this.#ports, this.#routeTimeoutMs);
  }

  /** What a server printed last, for the message of a failed test. */
  output(role: ServerRole): string {
    return this.#servers.get(role)?.output() ?? '';
  }

  /** Process ids of what runs now. */
  pids(): readonly number[] {
    return [...this.#servers.values()].filter((server) => server.running).map((server) => server.pid);
  }

  /** Ends both servers and removes their data. Idempotent, never throws for a server that has ended by itself. */
  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.stop(stopGraceMs)));
    this.#servers.clear();
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
