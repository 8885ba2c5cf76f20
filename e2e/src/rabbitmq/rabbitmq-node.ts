import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Availability } from '../available.ts';
import type { PortRange } from '../cluster/free-ports.ts';
import { Child } from '../process/child.ts';
import { PeerError } from '../process/peer-error.ts';
import { run } from '../process/run.ts';
import { nodeEnvironment } from './environment.ts';
import { type Installed, installedRabbitmq } from './installed.ts';
import { type NodeSetup, writeNodeFiles } from './node-files.ts';
import { defaultPorts, type NodePorts, nodePorts } from './ports.ts';

/** How to start a node; every field has a default. */
export interface RabbitmqOptions extends NodeSetup {
  /** Where to look for free ports. @defaultValue 22000 to 22999 */
  readonly ports?: PortRange | undefined;
}

/** Eight to eleven seconds on an idle machine, twice that on a busy one. */
const bootTimeoutMs = 120_000;
/** A clean end takes three seconds. */
const stopGraceMs = 30_000;
const toolTimeoutMs = 60_000;

/** Looks for a RabbitMQ on this machine. */
export async function prepareRabbitmq(): Promise<Availability<RabbitmqOptions, RabbitmqNode>> {
  const installed = await installedRabbitmq();
  // What cannot be had says so itself.
  if ('available' in installed) return installed;
  return { available: true, start: (options) => RabbitmqNode.start(installed, options) };
}

/**
 * A real RabbitMQ node on the loopback interface, with a data folder of its own. It ends with this process at the latest,
 * and its data with `stop()`.
 */
export class RabbitmqNode {
  readonly available = true;
  /** `3.10.8`. */
  readonly version: string;
  readonly host = '127.0.0.1';
  /** Where it listens for AMQP. */
  readonly port: number;
  /** Where it listens for AMQP over TLS, if it was given certificates. */
  readonly tlsPort: number;
  readonly #scripts: string;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  #portMapper: Child | undefined;
  #server: Child | undefined;

  private constructor(installed: Installed, ports: NodePorts, folder: string) {
    this.version = installed.version;
    this.port = ports.amqp;
    this.tlsPort = ports.amqps;
    this.#scripts = installed.scripts;
    this.#folder = folder;
    this.#environment = nodeEnvironment(folder, ports);
  }

  /** Use `prepareRabbitmq`, which knows where it is installed. @throws PeerError `no-port`, `exited`, `not-ready`. */
  static async start(installed: Installed, options: RabbitmqOptions): Promise<RabbitmqNode> {
    const ports = await nodePorts(options.ports ?? defaultPorts);
    const node = new RabbitmqNode(installed, ports, await writeNodeFiles(ports, options));
    try {
      await node.#startPortMapper();
      await node.restart();
      return node;
    } catch (cause) {
      await node.stop();
      throw cause;
    }
  }

  /** Kills the node as a power cut would, and returns when the process is gone. */
  async kill9(): Promise<void> {
    await this.#server?.kill('SIGKILL');
    this.#server = undefined;
  }

  /** Asks the node to end: it tells its clients so (320), saves what is durable, and is gone when this returns. */
  async shutDown(): Promise<void> {
    await this.#server?.stop(stopGraceMs);
    this.#server = undefined;
  }

  /**
   * Starts the node if it is not running, on the same ports and the same data, and returns when it takes clients.
   * @throws PeerError `exited`, `not-ready`, with what it printed; it is not left running.
   */
  async restart(): Promise<void> {
    if (this.#server?.running === true) return;
    const name = `RabbitMQ ${this.version}`;
    const command = join(this.#scripts, 'rabbitmq-server');
    const server = await Child.start({ name, command, args: [], cwd: this.#folder, env: this.#environment });
    this.#server = server;
    try {
      // Printed when the listeners are open, which is the last thing it does.
      await server.lineMatching(/completed with \d+ plugins/, bootTimeoutMs);
    } catch (cause) {
      await this.kill9();
      throw cause;
    }
  }

  /**
   * Runs `rabbitmqctl` and returns the last lines it printed, without its headings. Takes one to two seconds.
   * @throws PeerError `refused` when it fails, with what it said.
   */
  async control(...args: readonly string[]): Promise<string> {
    const command = join(this.#scripts, 'rabbitmqctl');
    const options = { name: 'rabbitmqctl', command, args: ['-q', ...args], env: this.#environment };
    const { code, output } = await run(options, toolTimeoutMs);
    if (code === 0) return output;
    throw new PeerError('refused', `rabbitmqctl ${args[0] ?? ''} ended with code ${String(code)}`, { output });
  }

  /** What the node printed last, for the message of a failed test. */
  output(): string {
    return this.#server?.output() ?? '';
  }

  /** Process ids of what runs now. */
  pids(): readonly number[] {
    return [this.#server, this.#portMapper].flatMap((child) => (child?.running === true ? [child.pid] : []));
  }

  /** Ends everything at once and removes the data. Idempotent, never throws for a node that has ended by itself. */
  async stop(): Promise<void> {
    await this.kill9();
    await this.#portMapper?.kill();
    this.#portMapper = undefined;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Its own, which ends with it: the one that a node starts by itself stays for ever. */
  async #startPortMapper(): Promise<void> {
    const options = { name: 'epmd', command: 'epmd', args: ['-d'], env: this.#environment };
    this.#portMapper = await Child.start(options);
    await this.#portMapper.lineMatching(/epmd running/, toolTimeoutMs);
  }
}
