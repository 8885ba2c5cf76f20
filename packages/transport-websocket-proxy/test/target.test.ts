import { parseTarget, printTarget } from '../src/target.ts';

test.each([
  ['tcp://broker:9876', { host: 'broker', port: 9_876, tls: false }],
  ['tls://a_b.example-1.com.:65535', { host: 'a_b.example-1.com.', port: 65_535, tls: true }],
  ['tcp://10.0.0.7:1', { host: '10.0.0.7', port: 1, tls: false }],
  ['tls://[2001:db8::7]:443', { host: '2001:db8::7', port: 443, tls: true }],
  ['tcp://[::ffff:10.0.0.7]:80', { host: '::ffff:10.0.0.7', port: 80, tls: false }],
])('%s is read, and printed again', (text, target) => {
  expect(parseTarget(text)).toEqual(target);
  expect(printTarget(target)).toBe(text);
});

test.each([
  '',
  'broker:9876',
  'http://broker:9876',
  'TCP://broker:9876',
  'tcp://broker',
  'tcp://broker:',
  'tcp://broker:0',
  'tcp://broker:00080',
  'tcp://broker:080',
  'tcp://broker:65536',
  'tcp://broker:999999999999',
  'tcp://broker:+1',
  'tcp://broker:1e3',
  'tcp://:9876',
  'tcp://broker:9876/',
  'tcp://broker:9876?x',
  'tcp://broker:9876#x',
  'tcp://ada@broker:9876',
  'tcp://ada:pass@broker:9876',
  ' tcp://broker:9876',
  'tcp://broker:9876\n',
  'tcp://bro ker:9876',
  'tcp://bücher:9876',
  'tcp://%31:9876',
  'tcp://2001:db8::7:443',
  'tcp://[10.0.0.7]:443',
  'tcp://[fe80::1%25eth0]:443',
  'tcp://[::1:443',
  'tcp://::1]:443',
  `tcp://${'a'.repeat(254)}:1`,
  `tcp://broker:${'1'.repeat(1_000_000)}`,
])('%j is none', (text) => {
  expect(parseTarget(text)).toBeUndefined();
});
