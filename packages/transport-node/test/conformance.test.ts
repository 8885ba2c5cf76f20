import { setImmediate as immediate } from 'node:timers/promises';
import { certificateSet } from '@rmq/testkit/certificates';
import { heldByNode, openSockets } from '@rmq/testkit/held';
import { silentEndpoint } from '@rmq/testkit/silent-endpoint';
import type { SilentEndpoint } from '@rmq/testkit/silent-endpoint';
import type { Dial, Endpoint, Listen } from '@rmq/transport';
import type { TcpDialOptions } from '@rmq/transport/adapter';
import { cases, loopback, skipped } from '@rmq/transport/conformance';
import type { Harness, TlsNetwork } from '@rmq/transport/conformance';
import { dial, listen, nodeDialer, nodeListener } from '@rmq/transport-node';

/** For thousands of handshakes beside other tests on a loaded machine. Milliseconds. */
const limitMs = 120_000;
const certificates = certificateSet();
const { ca, server, client } = certificates;
const at: Endpoint = { host: '127.0.0.1', port: 0 };
let silent: SilentEndpoint | undefined;

beforeAll(async () => {
  silent = await silentEndpoint();
});
afterAll(() => silent?.[Symbol.asyncDispose]());

/** All that Node can do. The silent endpoint comes to be after the cases have been listed. */
function harness(options: TcpDialOptions, dialIt: Dial, listenAt: Listen, tls?: TlsNetwork) {
  const impatient = {
    dial: nodeDialer({ ...options, connectTimeoutMs: 100 }),
    get silent() {
      return { host: at.host, port: silent?.port ?? 0 };
    },
  };
  const network = { dial: dialIt, listen: listenAt, at, impatient, held: heldByNode };
  return { ...loopback(dialIt, listenAt), network, tls };
}

/** The kernel tells the far end of a broken connection a few turns of the event loop later. */
async function settled(before: number): Promise<number> {
  for (let turn = 0; turn < 1_000 && openSockets() > before; turn += 1) await immediate();
  return openSockets();
}

function conforms(given: Harness): void {
  const reasons = new Set(cases.map((one) => skipped(one, given)));
  for (const one of cases.filter((each) => skipped(each, given) === undefined)) {
    it(
      one.name,
      async () => {
        const before = openSockets();
        await one.run(given);
        expect(await settled(before)).toBeLessThanOrEqual(before); // no socket is left behind by any of them
      },
      limitMs,
    );
  }

  it('leaves out only what is about other carriers', () => {
    reasons.delete(undefined);
    const expected = [
      'end() closes one direction',
      ...(given.tls === undefined ? ['the harness has no TLS'] : []),
      ...(given.network?.held === undefined ? ['the runtime cannot tell what it holds'] : []),
    ];
    expect([...reasons].sort()).toEqual(expected.sort());
  });
}

describe('TCP', () => {
  conforms(harness({}, dial, listen));
});

describe.each([
  { name: 'TLS 1.3', accept: { maxVersion: 'TLSv1.3' }, offer: {} },
  { name: 'TLS 1.2', accept: { maxVersion: 'TLSv1.2' }, offer: {} },
  { name: 'mutual TLS', accept: { ca, requireClientCertificate: true }, offer: client },
] as const)('$name', ({ name, accept, offer }) => {
  const options = { tls: { ca, ...offer } };
  const given = harness(options, nodeDialer(options), nodeListener({ tls: { ...server, ...accept } }), {
    dialer: (tls) => nodeDialer({ tls }),
    listener: (tls) => nodeListener({ tls: { ...('maxVersion' in accept ? accept : {}), ...tls } }),
    at,
    certificates,
  });
  // What thousands of connections leave behind is asked of one kind of handshake: of the others it takes as long again.
  conforms(name === 'TLS 1.3' ? given : { ...given, network: { ...given.network, held: undefined } });
});
