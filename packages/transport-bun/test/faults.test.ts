import { failedHandshake } from '@rmq/transport/adapter';
import { isAboutKeys, isGood, withCode, worded } from '../src/faults.ts';

const line = (reason: string) => withCode('EPROTO', `error:1000045c:SSL routines:OPENSSL_internal:${reason}`);

describe('what Bun says of a TLS failure', () => {
  // As seen on Bun 1.4.5.
  for (const { reason, says } of [
    { reason: 'WRONG_VERSION_NUMBER', says: /does not speak TLS/ },
    { reason: 'HTTP_REQUEST', says: /does not speak TLS/ },
    { reason: 'TLSV1_ALERT_CERTIFICATE_REQUIRED', says: /may want a client certificate/ },
    { reason: 'SSLV3_ALERT_HANDSHAKE_FAILURE', says: /may want a client certificate/ },
    { reason: 'TLSV1_ALERT_PROTOCOL_VERSION', says: /no TLS version in common/ },
  ]) {
    it(`is told as on Node: ${reason}`, () => {
      const { message } = failedHandshake(worded(line(reason)), 'peer:1');
      expect(message).toMatch(says);
      expect(message).toMatch(new RegExp(`\\(ERR_SSL_${reason}\\)$`));
    });
  }

  it('keeps Bun’s own error as the cause', () => {
    const own = line('HTTP_REQUEST');
    expect(worded(own)?.cause).toBe(own);
  });

  it('is passed on where there is nothing to translate', () => {
    const [reset, odd] = [withCode('ECONNRESET', 'reset'), withCode('EPROTO', 'something else')];
    expect([worded(reset), worded(odd), worded(null), worded(undefined)]).toEqual([reset, odd, undefined, undefined]);
  });
});

describe('the end of a handshake', () => {
  const stranger = withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate');

  it('is good with a certificate that was verified', () => {
    expect(isGood({ authorized: true, error: null }, true)).toBe(true);
  });

  it('is bad with anything less, if there is to be one', () => {
    for (const authorized of [true, false]) expect(isGood({ authorized, error: stranger }, true)).toBe(false);
    expect(isGood({ authorized: false, error: null }, true)).toBe(false);
  });

  it('is good with any certificate where none is verified, and bad where it failed', () => {
    expect(isGood({ authorized: false, error: stranger }, false)).toBe(true);
    expect(isGood({ authorized: false, error: line('HTTP_REQUEST') }, false)).toBe(false);
    expect(isGood({ authorized: false, error: withCode('ECONNRESET', 'gone') }, false)).toBe(false);
  });
});

it('tells key material that cannot be used from a place that cannot be reached', () => {
  expect(isAboutKeys(withCode('ERR_OSSL_PEM_NO_START_LINE', ''))).toBe(true);
  expect(isAboutKeys(withCode('ERR_BORINGSSL', 'Invalid CA'))).toBe(true);
  expect(isAboutKeys(withCode('ECONNREFUSED', ''))).toBe(false);
  expect(isAboutKeys('nothing')).toBe(false);
});
