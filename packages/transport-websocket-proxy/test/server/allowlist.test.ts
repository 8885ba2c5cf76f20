import { canonical, isInner, reaches } from '../../src/server/addresses.ts';
import { Allowlist } from '../../src/server/allowlist.ts';
import { clientKey } from '../../src/server/client-address.ts';

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0A00:0001', '10.0.0.1'],
    ['0:0:0:0:0:ffff:a00:1', '10.0.0.1'],
    ['FD00:0:0::1', 'fd00::1'],
    ['::', '::'],
    ['fe80::1%eth0', undefined],
    ['010.0.0.1', undefined],
    ['0x7f.1', undefined],
    ['2130706433', undefined],
    ['localhost', undefined],
    ['', undefined],
  ])('%s is %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    ['10.1.2.3', true],
    ['172.31.255.255', true],
    ['172.32.0.1', false],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['8.8.8.8', false],
    ['::1', true],
    ['fd12::1', true],
    ['fe80::1', true],
    ['64:ff9b::a00:1', true], // 10.0.0.1 behind NAT64
    ['2002:a00:1::', true], // 10.0.0.1 by 6to4
    ['2001:db8::1', false],
    ['2606:4700::1111', false],
  ])('%s is an inner one: %s', (address, expected) => {
    expect(isInner(address)).toBe(expected);
  });

  it('reach a server bound to one address, or to all of this machine', () => {
    expect(reaches('127.0.0.1', '127.0.0.1')).toBe(true);
    expect(reaches('127.0.0.1', '::ffff:127.0.0.1')).toBe(true);
    expect(reaches('127.0.0.2', '127.0.0.1')).toBe(false);
    expect(reaches('127.0.0.2', '0.0.0.0')).toBe(true);
    expect(reaches('::1', '::')).toBe(true);
    expect(reaches('8.8.8.8', '::')).toBe(false);
  });

  it('count as one client by /64 of IPv6', () => {
    expect(clientKey('192.0.2.1')).toBe('192.0.2.1');
    expect(clientKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(clientKey('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(clientKey('::1')).toBe('0:0:0:0::/64');
    expect(clientKey('1:2:3:4:5::')).toBe('1:2:3:4::/64');
    expect(clientKey('unknown')).toBe('unknown');
  });
});

describe('the allowlist', () => {
  const judge = (patterns: readonly string[], host: string, port: number, address = host) =>
    new Allowlist(patterns).judge({ host, port, address });

  it.each([
    [[], '8.8.8.8', 1, '8.8.8.8', 'not-listed'],
    [['10.0.0.0/8:10909-10911'], '10.9.9.9', 10_910, '10.9.9.9', 'allowed'],
    [['10.0.0.0/8:10909-10911'], '10.9.9.9', 10_912, '10.9.9.9', 'not-listed'],
    [['10.0.0.0/8:10909-10911'], '11.0.0.1', 10_910, '11.0.0.1', 'not-listed'],
    [['[::ffff:10.0.0.0/104]:*'], '10.9.9.9', 1, '10.9.9.9', 'allowed'],
    [['[fd00::/8]:*'], 'fd01::1', 1, 'fd01::1', 'allowed'],
    [['[::/0]:*'], '8.8.8.8', 1, '8.8.8.8', 'not-listed'],
    [['0.0.0.0/0:*'], '::1', 1, '::1', 'not-listed'],
    [['0.0.0.0/0:*'], 'mq.example', 1, '10.0.0.1', 'allowed'],
    [['0.0.0.0/0:*'], '0.0.0.0', 1, '0.0.0.0', 'not-listed'],
    [['mq.example:9876'], 'MQ.Example.', 9_876, '8.8.8.8', 'allowed'],
    [['mq.example:9876'], 'mq.example', 9_876, '10.0.0.1', 'inner'],
    [['mq.example:9876', '10.0.0.1:9876'], 'mq.example', 9_876, '10.0.0.1', 'allowed'],
    [['mq.example:9876'], '8.8.8.8', 9_876, '8.8.8.8', 'not-listed'],
    [['*.example:*'], 'a.b.example', 1, '8.8.8.8', 'allowed'],
    [['*.example:*'], 'example', 1, '8.8.8.8', 'not-listed'],
    [['*.example:*'], 'badexample', 1, '8.8.8.8', 'not-listed'],
    [['*:*'], 'any.name', 1, '8.8.8.8', 'allowed'],
    [['*:*'], 'any.name', 1, '169.254.169.254', 'inner'],
    [['*:*'], '8.8.8.8', 1, '8.8.8.8', 'not-listed'],
    [['localhost:1'], 'localhost', 1, '::1', 'allowed'],
    [['localhost:1'], 'localhost', 1, '10.0.0.1', 'inner'],
    [['localhost:1'], 'localhost', 1, '8.8.8.8', 'not-listed'],
    [['*:*'], 'localhost', 1, '127.0.0.1', 'inner'],
    [['*:1'], 'localhost', 1, '8.8.8.8', 'not-listed'],
  ] as const)('%j: %s:%i at %s is %s', (patterns, host, port, address, verdict) => {
    expect(judge(patterns, host, port, address)).toBe(verdict);
  });

  it.each([
    '',
    'mq.example',
    'mq.example:',
    ':9876',
    'mq.example:0',
    'mq.example:70000',
    'mq.example:5-4',
    'mq.example:1-2-3',
    '::1:9876',
    '[::1]',
    '[mq.example]:1',
    '10.0.0.0/33:1',
    '10.0.0:1',
    '[::ffff:10.0.0.0/8]:1',
    '*example:1',
    '*.*.example:1',
    'a.*.example:1',
    'https://mq.example:1',
    'mq example:1',
  ])('does not take "%s"', (pattern) => {
    expect(() => new Allowlist([pattern])).toThrow(/^allow: ".*" cannot be read: /);
  });
});
