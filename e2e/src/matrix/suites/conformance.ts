import { memoryNetwork } from '@rmq/transport';
import type { TcpDialOptions, TcpListenOptions } from '@rmq/transport/adapter';
import { type Case, cases, type Harness, loopback, type Need, skipped } from '@rmq/transport/conformance';
import { type Ability, lacks, type PlatformName } from '../column.ts';
import { throughProxy } from '../through-proxy.ts';
import { rendezvousPairs } from '../rendezvous-pair.ts';
import { sketch } from '../sketch.ts';
import { type Context, type Suite, suite } from '../suite.ts';

const at = { host: '127.0.0.1', port: 0 };
/** For the cases about a dial that nobody answers. Milliseconds. */
const connectTimeoutMs = 300;

/** The sides of a connection, and whether to look at what is left behind: no other than with another version of TLS. */
interface Sides {
  readonly offer: TcpDialOptions;
  readonly demand: TcpListenOptions;
  readonly counted?: boolean;
}

/** Something that carries bytes. */
interface Carrier extends Pick<Suite, 'id' | 'title'> {
  readonly abilities?: readonly Ability[];
  readonly harness: (context: Context) => Harness;
}

function conformance({ id, title, abilities, harness }: Carrier): Suite {
  return suite<Harness>({
    id,
    title,
    abilities,
    cases: cases.map((one) => ({
      name: one.name,
      absent: (platform) => absence(one, harness(sketch(platform)), platform),
      run: one.run,
    })),
    prepare: (context) => ({ state: harness(context) }),
  });
}

/** What a need of a case comes down to. */
const abilityOf: Readonly<Partial<Record<Need, Ability>>> = {
  network: 'sockets',
  silent: 'sockets',
  tls: 'sockets',
  held: 'held',
  reset: 'reset',
};

/** Why a case does not apply, in the words of what the platform lacks, if it is that. */
function absence(one: Case, shape: Harness, platform: PlatformName): string | undefined {
  const why = skipped(one, shape);
  if (why === undefined) return undefined;
  const abilities = one.needs.flatMap((need) => abilityOf[need] ?? []);
  return abilities.map((ability) => lacks[platform][ability]).find((each) => each !== undefined) ?? why;
}

/** The adapter of the runtime against itself. */
function sockets({ offer, demand, counted = false }: Sides, { platform, task }: Context): Harness {
  const { adapter, name } = platform;
  const held = counted ? platform.held : undefined;
  if (adapter === undefined) return { open: () => Promise.reject(new Error('there are no sockets')) };
  const dial = adapter.dialer(offer);
  const listen = adapter.listener(demand);
  const impatient = { dial: adapter.dialer({ ...offer, connectTimeoutMs }), silent: task.silent };
  return {
    ...loopback(dial, listen, at),
    network: { dial, listen, at, impatient, held },
    // With TLS an end that was not announced is no end, to a peer of the same kind.
    resets: offer.tls !== undefined || lacks[name].reset === undefined,
    ...(offer.tls === undefined ? {} : { tls: tlsOf(demand, { platform, task }) }),
  };
}

function tlsOf(demand: TcpListenOptions, { platform, task }: Context): Harness['tls'] {
  const { adapter } = platform;
  if (adapter === undefined) return undefined;
  const { minVersion, maxVersion } = demand.tls ?? {};
  const versions = { ...(minVersion && { minVersion }), ...(maxVersion && { maxVersion }) };
  return {
    dialer: (given) => adapter.dialer({ tls: given }),
    listener: (given) => adapter.listener({ tls: { ...given, ...versions } }),
    at,
    certificates: task.certificates,
  };
}

/** Near is a WebSocket; far is the runtime's own TCP, or where there is none another WebSocket. */
function websocket(context: Context): Harness {
  const { adapter, held } = context.platform;
  const dial = throughProxy(context);
  if (adapter === undefined) return { open: rendezvousPairs(dial, context.task.rendezvous), halfClose: false };
  const listen = adapter.listener();
  const impatient = { dial: throughProxy(context, { connectTimeoutMs }), silent: context.task.silent };
  return {
    ...loopback(dial, listen, at),
    network: { dial, listen, at, impatient, held },
    halfClose: false,
    resets: lacks[context.platform.name].reset === undefined,
  };
}

/** Every carrier keeps the contract of a transport. */
export const conformanceSuites: readonly Suite[] = [
  conformance({
    id: 'memory',
    title: 'transport: in memory',
    harness() {
      const { dial, listen } = memoryNetwork();
      return loopback(dial, listen);
    },
  }),
  conformance({
    id: 'tcp',
    title: 'transport: TCP',
    abilities: ['sockets'],
    harness: (context) => sockets({ offer: {}, demand: {}, counted: true }, context),
  }),
  conformance({
    id: 'tls13',
    title: 'transport: TLS 1.3',
    abilities: ['sockets'],
    harness(context) {
      const { ca, server } = context.task.certificates;
      return sockets({ offer: { tls: { ca } }, demand: { tls: server }, counted: true }, context);
    },
  }),
  conformance({
    id: 'tls12',
    title: 'transport: TLS 1.2',
    abilities: ['sockets'],
    harness(context) {
      const { ca, server } = context.task.certificates;
      return sockets({ offer: { tls: { ca } }, demand: { tls: { ...server, maxVersion: 'TLSv1.2' } } }, context);
    },
  }),
  conformance({
    id: 'mtls',
    title: 'transport: mutual TLS',
    abilities: ['sockets'],
    harness(context) {
      const { ca, server, client } = context.task.certificates;
      const demand = { tls: { ...server, ca, requireClientCertificate: true } };
      return sockets({ offer: { tls: { ca, ...client } }, demand }, context);
    },
  }),
  conformance({ id: 'websocket', title: 'transport: WebSocket through the proxy', harness: websocket }),
];
