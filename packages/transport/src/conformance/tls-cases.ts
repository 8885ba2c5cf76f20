import type { Endpoint, Listener, Transport } from '../transport.ts';
import { all, check, octets, passed, rejectionCode, sameBytes, send } from './check.ts';
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
  tlsCase('tls: a client certificate of an unknown authority is tls-failed', async (tls) => {
    const { ca, server, unknown } = tls.certificates;
    await refused(tls, { ...server, ca, requireClientCertificate: true }, { ca, ...unknown });
  }),
  tlsCase('tls: a listener outlives handshakes that fail', async (tls) => {
    const { ca, server, name } = tls.certificates;
    await listening(tls, server, async (listener) => {
      for (let turn = 0; turn < 5; turn += 1) await failing(tls, { ca, servername: name }, listener.endpoint);
      const { near, far } = await connected(tls.dialer({ ca }), listener);
      sameBytes(await passed(near, far, octets(10)), octets(10));
      await Promise.all([near[Symbol.asyncDispose](), far[Symbol.asyncDispose]()]);
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

async function refused(tls: TlsNetwork, demand: TlsDemand, offer: TlsOffer): Promise<void> {
  await listening(tls, demand, async (listener) => {
    // Taken and dropped, if the listener lets the dialer in, so that the dial below fails the case instead of hanging it.
    const serving = drop(listener.incoming);
    await failing(tls, offer, listener.endpoint);
    await listener[Symbol.asyncDispose]();
    await serving;
  });
}

/** Since TLS 1.3 a server judges the client's certificate after the client's handshake: the refusal may come later. */
async function failing(tls: TlsNetwork, offer: TlsOffer, to: Endpoint): Promise<void> {
  const attempt = async (): Promise<void> => {
    const transport = await tls.dialer(offer)(to);
    try {
      await all(transport.incoming);
    } finally {
      await transport[Symbol.asyncDispose]();
    }
  };
  const code = await rejectionCode(attempt(), 'dialing, or reading what was dialed');
  check(code === 'tls-failed', `the code is tls-failed, but it is ${String(code)}`);
}

async function drop(incoming: AsyncIterable<Transport>): Promise<void> {
  for await (const transport of incoming) {
    await send(transport).catch(() => undefined);
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
