import { credentialsAmong, credentialsSubprotocol } from '../src/credentials.ts';
import type { Credentials } from '../src/credentials.ts';

test.each<Credentials>([
  { kind: 'bearer', token: 'sesam' },
  { kind: 'bearer', token: 'eyJhbGciOi.J9.a-b_c~+/=' },
  { kind: 'bearer', token: '\ufeffключ 𝄞' },
  { kind: 'basic', username: 'ada', password: '' },
  { kind: 'basic', username: 'ключ', password: 'a:b:c\0' },
])('%j is sent as a token of HTTP, and read again', (credentials) => {
  const name = credentialsSubprotocol(credentials);
  expect(name).toMatch(/^rmq\.(bearer|basic)\.[\w-]+$/);
  expect(credentialsAmong(['rmq.tcp.v1', name])).toEqual(credentials);
});

test('without any there are none', () => {
  expect(credentialsAmong([])).toEqual({ kind: 'none' });
  expect(credentialsAmong(['rmq.tcp.v1', 'rmq.other', 'chat'])).toEqual({ kind: 'none' });
});

test.each([
  [['rmq.bearer.']],
  [['rmq.bearer.c2VzYW0', 'rmq.bearer.c2VzYW0']],
  [['rmq.bearer.c2VzYW0', 'rmq.basic.YTpi']],
  [['rmq.bearer.c2VzYW0=']],
  [['rmq.bearer.c2Vz YW0']],
  [['rmq.bearer.c2Vz+YW0']],
  [['rmq.bearer.c']],
  [['rmq.bearer._w']],
  [['rmq.basic.YQ']],
  [['rmq.basic.OmI']],
  [[`rmq.bearer.${'A'.repeat(8_192)}`]],
])('%j is malformed', (offered) => {
  expect(credentialsAmong(offered)).toEqual({ kind: 'malformed' });
});
