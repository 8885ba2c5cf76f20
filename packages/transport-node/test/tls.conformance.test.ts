import { certificate } from '@rmq/testkit/certificates';
import { cases, loopback } from '@rmq/transport/conformance';
import { nodeDialer, nodeListener } from '@rmq/transport-node';

const authority = certificate({ name: 'authority' });
const server = certificate({ name: 'server', issuer: authority, hosts: ['localhost'], addresses: ['127.0.0.1'] });
const client = certificate({ name: 'client', issuer: authority });
const ca = authority.cert;

describe.each([
  { name: 'TLS 1.3', accept: {}, offer: {} },
  { name: 'TLS 1.2', accept: { maxVersion: 'TLSv1.2' }, offer: {} },
  { name: 'mutual TLS', accept: { ca, requireClientCertificate: true }, offer: { cert: client.cert, key: client.key } },
] as const)('$name', ({ accept, offer }) => {
  const harness = loopback(
    nodeDialer({ tls: { ca, ...offer } }),
    nodeListener({ tls: { cert: server.cert, key: server.key, ...accept } }),
  );
  for (const { name, run } of cases) test(name, () => run(harness));
});
