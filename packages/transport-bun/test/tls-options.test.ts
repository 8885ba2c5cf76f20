import { identityOptions } from '../src/tls-options.ts';

it('always says which versions, as numbers', () => {
  expect(identityOptions({})).toEqual({ minVersion: 0x0303, maxVersion: 0x0304 });
  expect(identityOptions({ minVersion: 'TLSv1', maxVersion: 'TLSv1.2' })).toEqual({
    minVersion: 0x0301,
    maxVersion: 0x0303,
  });
});

it('refuses a version there is not: Bun would take any', () => {
  for (const version of ['TLSv1.4', 'toString', '']) {
    const given: object = { minVersion: version };
    expect(() => identityOptions(given)).toThrow(RangeError);
  }
});

it('refuses an empty list of authorities: Bun would take its own', () => {
  expect(() => identityOptions({ ca: [] })).toThrow(/trusts nobody/);
});

it('takes texts, bytes and lists of both, of a view what it shows', () => {
  const memory = Uint8Array.of(1, 2, 3, 4);
  const { ca, cert, key, passphrase } = identityOptions({
    ca: ['a', memory.subarray(1, 3)],
    cert: 'c',
    key: memory.subarray(3),
    passphrase: 'p',
  });
  expect({ ca, cert, key, passphrase }).toEqual({
    ca: ['a', Uint8Array.of(2, 3)],
    cert: ['c'],
    key: [Uint8Array.of(4)],
    passphrase: 'p',
  });
});
