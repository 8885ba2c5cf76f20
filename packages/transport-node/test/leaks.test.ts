import { setImmediate as immediate } from 'node:timers/promises';
import { certificate } from '@rmq/testkit/certificates';
import { cases, loopback } from '@rmq/transport/conformance';
import { dial, listen, nodeDialer, nodeListener } from '@rmq/transport-node';

const authority = certificate({ name: 'authority' });
const server = certificate({ name: 'server', issuer: authority, addresses: ['127.0.0.1'] });
const accept = nodeListener({ tls: { cert: server.cert, key: server.key } });

function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
}

/** The kernel tells the far end of a broken connection a few turns of the event loop later. */
async function settled(before: number): Promise<number> {
  for (let turn = 0; turn < 1_000 && sockets() > before; turn += 1) await immediate();
  return sockets();
}

describe.each([
  { name: 'TCP', harness: loopback(dial, listen) },
  { name: 'TLS', harness: loopback(nodeDialer({ tls: { ca: authority.cert } }), accept) },
])('$name', ({ harness }) => {
  // The faults, and all about dialing: these are where a socket could be forgotten.
  for (const { name, run } of cases.filter((one) => /^(abort|dial|listener|disposing)/.test(one.name))) {
    it(`leaves no socket behind: ${name}`, async () => {
      const before = sockets();
      await run(harness);
      expect(await settled(before)).toBe(before);
    });
  }
});

it('leaves no socket behind when the certificate is refused', async () => {
  const before = sockets();
  const listener = await accept({ host: '127.0.0.1', port: 0 });
  await expect(nodeDialer({ tls: {} })(listener.endpoint)).rejects.toMatchObject({ code: 'tls-failed' });
  await listener[Symbol.asyncDispose]();
  expect(await settled(before)).toBe(before);
});
