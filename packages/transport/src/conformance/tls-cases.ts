import type { Endpoint, Listener, Transport } from '../transport.ts';
import { all, check, octets, passed, rejectionCode, sameBytes, take } from './check.ts';
import { tlsCase } from './case.ts';
import type { Case } from './case.ts';
import { connected } from './harness.ts';
import type { TlsDemand, TlsNetwork, TlsOffer } from './harness.ts';

/** Certificates: who is let in, who is not, and that a refusal harms nobody else. */
export const tlsCases: readonly Case[] = [
  tlsCase('tls: a certificate for the host, signed by a known authority, is accepted', async (tls) => {
    const { ca, server } = tls.certificates;
    await accepted(tls, server, { ca });
  }),
  tlsCase('tls: a certificate for another name is tls-failed', async (tls) => {
    const { ca, otherName } = tls.certificates;
    await refused(tls, otherName, { ca });
  }),
  tlsCase('tls: servername asks for another name than the host', async (tls) => {
    const { ca, otherName, name } = tls.certificates;
    await accepted(tls, otherName, { ca, servername: name });
  }),
  tlsCase('tls: a servername the certificate is not for is tls-failed', async (tls) => {
    const { ca, server, name } = tls.certificates;
    await refused(tls, server, { ca, servername: name });
  }),
  tlsCase('tls: an expired certificate is tls-failed', async (tls) => {
    const { ca, expired } = tls.certificates;
    await refused(tls, expired, { ca });
  }),
  tlsCase('tls: an unknown authority is tls-failed', async (tls) => {
    const { ca, unknown } = tls.certificates;
    await refused(tls, unknown, { ca });
  }),
  tlsCase('tls: a client certificate asked for and given is accepted', async (tls) => {
    const { ca, server, client } = tls.certificates;
    await accepted(tls, { ...server, ca, requireClientCertificate: true }, { ca, ...client });
  }),
  tlsCase('tls: a client certificate asked for and missing is tls-failed', async (tls) => {
    const { ca, server } = tls.certificates;
    await refused(tls, { ...server, ca, requireClientCertificate: true }, { ca });
  }),
  tlsCase('tls: a client certificate of an unknown authority is refused', async (tls) => {
    const { ca, server, unknown } = tls.certificates;
    // Node's TLS has no way to say why (it sends no alert), so the dialer may see a reset; but no end, which is success.
    await refused(tls, { ...server, ca, requireClientCertificate: true }, { ca, ...unknown }, ['tls-failed', 'reset']);
  }),
  tlsCase('tls: a listener outlives handshakes that fail', async (tls) => {
    const { ca, server, name } = tls.certificates;
    await listening(tls, server, async (listener) => {
      const serving = echoAll(listener.incoming);
      for (let turn = 0; turn < 5; turn += 1) await failing(tls, { ca, servername: name }, listener.endpoint);
      const near = await tls.dialer({ ca })(listener.endpoint);
      await near.write([octets(10)]);
      sameBytes(await take(near.incoming[Symbol.asyncIterator](), 10), octets(10));
      await near[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
      await serving;
    });
  }),
];

/** Bytes pass both ways between such a listener and such a dialer, and both end without a fault. */
async function accepted(tls: TlsNetwork, demand: TlsDemand, offer: TlsOffer): Promise<void> {
  await listening(tls, demand, async (listener) => {
    const { near, far } = await connected(tls.dialer(offer), listener);
    sameBytes(await passed(near, far, octets(100_000)), octets(100_000));
    await Promise.all([far.end(), all(near.incoming)]);
    check((await near.closed) === undefined && (await far.closed) === undefined, 'a clean end on both sides');
    await Promise.all([near[Symbol.asyncDispose](), far[Symbol.asyncDispose]()]);
  });
}

// eslint-disable-next-line max-params -- the last one is for one case
async function refused(
  tls: TlsNetwork,
  demand: TlsDemand,
  offer: TlsOffer,
  codes: readonly string[] = ['tls-failed'],
): Promise<void> {
  await listening(tls, demand, async (listener) => {
    const serving = echoAll(listener.incoming);
    await failing(tls, offer, listener.endpoint, codes);
    await listener[Symbol.asyncDispose]();
    await serving;
  });
}

/** Since TLS 1.3 a server judges the client's certificate after the client's handshake: the refusal may come later. */
// eslint-disable-next-line max-params -- the last one is for one case
async function failing(
  tls: TlsNetwork,
  offer: TlsOffer,
  to: Endpoint,
  codes: readonly string[] = ['tls-failed'],
): Promise<void> {
  const attempt = async (): Promise<void> => {
    const transport = await tls.dialer(offer)(to);
    try {
      await all(transport.incoming); // and write nothing: bytes nobody reads would make the refusal a reset
    } finally {
      await transport[Symbol.asyncDispose]();
    }
  };
  const code = await rejectionCode(attempt(), 'dialing, or reading what was dialed');
  check(codes.includes(String(code)), `the code is ${codes.join(' or ')}, but it is ${String(code)}`);
}

/** Serves whoever gets in, until the listener is disposed; a dialer that breaks off is no fault here. */
async function echoAll(incoming: AsyncIterable<Transport>): Promise<void> {
  const open: Promise<void>[] = [];
  for await (const transport of incoming) open.push(echo(transport).catch(() => undefined));
  await Promise.all(open);
}

async function echo(transport: Transport): Promise<void> {
  try {
    for await (const chunk of transport.incoming) await transport.write([chunk]);
    await transport.end();
  } finally {
    await transport[Symbol.asyncDispose]();
  }
}

async function listening(tls: TlsNetwork, demand: TlsDemand, body: (to: Listener) => Promise<void>): Promise<void> {
  const listener = await tls.listener(demand)(tls.at);
  try {
    await body(listener);
  } finally {
    await listener[Symbol.asyncDispose]();
  }
}
