import { inspect } from 'node:util';
import { isRmqError } from '@rmq/protocol';
import { formatAmqpUri, parseAmqpUri } from '@rmq/protocol/amqp/uri';

const defaults = { tls: false, host: 'localhost', port: 5_672, user: 'guest', vhost: '/' };

it.each([
  ['amqp://', {}],
  ['amqps://', { tls: true, port: 5_671 }],
  ['AMQP://h', { host: 'h' }],
  ['amqp://h/', { host: 'h', vhost: '/' }],
  ['amqp://h/%2F', { host: 'h', vhost: '/' }],
  ['amqp://h/%2fa%2Fb', { host: 'h', vhost: '/a/b' }],
  ['amqp://u%40x:p@h:99/v', { user: 'u@x', host: 'h', port: 99, vhost: 'v' }],
  ['amqp://[::1]:5673', { host: '::1', port: 5_673 }],
  ['amqp://[fe80::1%25eth0]', { host: 'fe80::1%eth0' }],
  // Printed with its slash bare, it could not be read again.
  ['amqp://[:%2F]', { host: ':/' }],
  ['amqp://h?heartbeat=10&channelMax=5&frame_max=8192', { host: 'h', heartbeat: 10, channelMax: 5, frameMax: 8_192 }],
  ['amqp://?auth_mechanism=EXTERNAL&auth_mechanism=PLAIN', { mechanisms: ['EXTERNAL', 'PLAIN'] }],
  [
    'amqps://h?verify=verify_none&x=%26',
    { tls: true, host: 'h', port: 5_671, verify: 'verify_none', others: [['x', '&']] },
  ],
])('%s is read', (text, expected) => {
  expect({ ...parseAmqpUri(text) }).toEqual({ ...defaults, ...expected });
  // What is printed means the same.
  expect({ ...parseAmqpUri(formatAmqpUri(parseAmqpUri(text))) }).toEqual({ ...parseAmqpUri(text) });
});

it('the password is there to be used, and nowhere to be seen', () => {
  const uri = parseAmqpUri('amqp://user:s%40cret:x@h?heartbeat=1');
  expect(uri.password).toBe('s@cret:x');
  expect({ ...uri }).not.toHaveProperty('password');
  const printed = formatAmqpUri(uri);
  expect(printed).toBe('amqp://user@h?heartbeat=1');
  for (const text of [printed, inspect(uri), JSON.stringify(uri)]) {
    expect(text).not.toMatch(/cret/);
  }
});

it.each([
  'http://h',
  'amqp:h',
  'amqp://h:0',
  'amqp://h:65536',
  'amqp://h:x',
  'amqp://h/a/b',
  'amqp://u:secret@h@x',
  'amqp://u:secret%zz@h',
  'amqp://h?heartbeat=-1',
  'amqp://h?heartbeat=1e1',
  'amqp://h?frame_max=4294967296',
  'amqp://h?heartbeat=1&heartbeat=2',
  'amqp://h?verify=maybe',
  'amqp://h?password=secret',
])('%s is refused', (text) => {
  let error: unknown;
  try {
    parseAmqpUri(text);
  } catch (cause) {
    error = cause;
  }
  expect(isRmqError(error, 'uri-invalid')).toBe(true);
  expect(String(error)).not.toMatch(/secret/);
});
