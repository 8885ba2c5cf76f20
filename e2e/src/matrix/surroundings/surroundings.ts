import { randomUUID } from 'node:crypto';
import { startServer } from '@rmq/broker/mqmq';
import { startBroker } from '@rmq/broker/rocketmq';
import { certificateSet } from '@rmq/testkit/certificates';
import { silentEndpoint } from '@rmq/testkit/silent-endpoint';
import type { Endpoint } from '@rmq/transport';
import { listen } from '@rmq/transport-node';
import { inPackage } from '../../paths.ts';
import { type Column, neighbours } from '../column.ts';
import type { Prepared } from '../prepare.ts';
import type { Peer } from '../suite.ts';
import type { Neighbour, Task } from '../task.ts';
import { type FileServer, startFileServer } from './file-server.ts';
import { startRendezvous } from './rendezvous.ts';
import { startTheProxy } from './proxy.ts';

/** Everything that the programs of the matrix meet, started once for all columns. */
export interface Surroundings extends AsyncDisposable {
  readonly files: FileServer;
  /** What a column is told. */
  readonly taskFor: (column: Column, suites: readonly string[]) => Task;
}

/** What is wanted: all of it costs ten seconds. */
export interface Wishes {
  readonly peers: ReadonlySet<Peer>;
  readonly neighbours: boolean;
}

type Told = Omit<Task, 'platform' | 'suites'>;

/** Scenarios begin all at once: the broker would turn messages away that had waited for 200 ms. Milliseconds. */
const patient = { waitTimeMillsInSendQueue: 20_000, osPageCacheBusyTimeOutMills: 20_000 };
const neighbourTimeoutMs = 30_000;
const hostPort = ({ host, port }: Endpoint): string => `${host}:${port.toString()}`;

/** Starts them. What this machine does not have is left out: see {@link Prepared}. */
export async function startSurroundings(prepared: Prepared, wishes: Wishes): Promise<Surroundings> {
  const started: AsyncDisposable[] = [];
  const own = <T extends AsyncDisposable>(one: T): T => {
    started.push(one);
    return one;
  };
  const stop = async (): Promise<void> => {
    for (const one of started.splice(0).reverse()) await one[Symbol.asyncDispose]();
  };
  try {
    const certificates = certificateSet();
    const files = own(await startFileServer());
    const [real, rabbitmq] = await Promise.all([
      prepared.rocketmq.available && wishes.peers.has('rocketmq')
        ? prepared.rocketmq.start({ settings: patient }).then(own)
        : undefined,
      prepared.rabbitmq.available && wishes.peers.has('rabbitmq')
        ? prepared.rabbitmq.start({ tls: { ca: certificates.ca, ...certificates.server } }).then(own)
        : undefined,
    ]);
    const token = randomUUID();
    const proxy = own(await startTheProxy({ token, certificates, origin: new URL(files.url).origin }));
    const told: Told = {
      files: files.url,
      certificates,
      proxy: { url: proxy.url, token },
      rendezvous: own(await startRendezvous()).endpoint,
      silent: endpointOf(own(await silentEndpoint())),
      neighbours: [],
      nameServers: {
        real: real?.nameServer ?? '',
        node: hostPort(own(await startBroker({ listen, delayLevels: '1s 2s 3s 4s 5s' })).nameServer),
      },
      rabbitmq: { port: rabbitmq?.port ?? 0, tlsPort: rabbitmq?.tlsPort ?? 0 },
      mqmq: hostPort(own(await startServer({ listen })).endpoint),
    };
    const met = wishes.neighbours ? await startNeighbours(prepared, { files, told, own }) : [];
    return {
      files,
      taskFor: ({ platform }, suites) => ({ ...told, neighbours: met, platform, suites }),
      [Symbol.asyncDispose]: stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

const endpointOf = ({ host, port }: Endpoint): Endpoint => ({ host, port });

interface Neighbourhood {
  readonly files: FileServer;
  readonly told: Told;
  readonly own: <T extends AsyncDisposable>(one: T) => T;
}

/** Starts a listener on each runtime that has an adapter of its own and is there. */
async function startNeighbours(prepared: Prepared, { files, told, own }: Neighbourhood): Promise<readonly Neighbour[]> {
  const met: Neighbour[] = [];
  for (const { name, platform } of neighbours) {
    const runtime = prepared.runtimes[name];
    if (!runtime.available) continue;
    const url = files.offer({ ...told, platform, suites: [] });
    const child = await runtime.launch({ args: [inPackage('dist/matrix/run.js'), 'listen', url] });
    own({ [Symbol.asyncDispose]: () => child.kill().then(() => undefined) });
    const line = await child.lineMatching(/^\{/, neighbourTimeoutMs);
    met.push({ name, at: JSON.parse(line) as Neighbour['at'] });
  }
  return met;
}
