import { Clients } from '../../src/server/clients.ts';
import { Handshakes } from '../../src/server/handshakes.ts';
import { closingOfFault } from '../../src/server/target-dialer.ts';
import { TokenBucket } from '../../src/server/tokens.ts';
import { TransportError } from '@rmq/transport';

describe('a token bucket', () => {
  it('gives what it holds, then what flows in', () => {
    const bucket = new TokenBucket({ rate: 2, capacity: 3 }, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0, 500]);
    expect(bucket.take(250)).toBe(250);
    expect(bucket.take(500)).toBe(0);
    expect(bucket.isFull(1_999)).toBe(false);
    expect(bucket.isFull(2_000)).toBe(true);
  });

  it('lends, and says when the debt is paid', () => {
    const bucket = new TokenBucket({ rate: 100, capacity: 100 }, 0);
    expect([bucket.borrow(100, 0), bucket.borrow(50, 0), bucket.borrow(50, 500)]).toEqual([0, 500, 500]);
    expect(bucket.borrow(0, 5_000)).toBe(0);
  });
});

describe('clients', () => {
  const limits = { maxConnectionsPerClient: 1, maxConnectionsPerMinute: 60 };

  it('are forgotten when there is nothing to remember', () => {
    const clients = new Clients(limits);
    for (let count = 0; count < 4_096; count += 1) clients.attempt(`client ${count}`, 0);
    expect(clients.open('client 0', 0)).toBe(true);
    clients.attempt('one more', 2_000);
    expect(clients.size).toBe(2);
    expect(clients.open('client 0', 2_000)).toBe(false);
    clients.close('client 0');
    expect(clients.open('client 0', 2_000)).toBe(true);
  });

  it('are not swept again and again while all of them count', () => {
    const clients = new Clients(limits);
    for (let count = 0; count < 8_191; count += 1) clients.open(`client ${count}`, 0);
    expect(clients.size).toBe(8_191);
  });
});

describe('handshakes', () => {
  it('leave room for others: a quarter for one address, all for a reverse proxy', () => {
    const handshakes = new Handshakes(8, (peer) => peer === 'proxy');
    expect([handshakes.arrived('a'), handshakes.arrived('a'), handshakes.arrived('a')]).toEqual([true, true, false]);
    handshakes.left('a');
    handshakes.upgraded('a');
    expect(handshakes.arrived('a')).toBe(true);
    expect(handshakes.pending).toBe(2);
    for (let count = 0; count < 6; count += 1) expect(handshakes.arrived('proxy')).toBe(true);
    expect(handshakes.arrived('b')).toBe(false);
    for (let count = 0; count < 6; count += 1) handshakes.left('proxy');
    handshakes.left('b');
    handshakes.downgraded('a');
    for (let count = 0; count < 3; count += 1) handshakes.left('a');
    expect(handshakes.pending).toBe(0);
  });
});

describe('a failed dial', () => {
  it.each([
    ['connect-refused', 'targetRefused'],
    ['connect-timeout', 'targetTimeout'],
    ['name-not-resolved', 'nameNotResolved'],
    ['unreachable', 'targetUnreachable'],
    ['tls-failed', 'targetTlsFailed'],
    ['connect-failed', 'targetFailed'],
    ['reset', 'targetFailed'],
  ] as const)('%s closes by %s', (code, closing) => {
    expect(closingOfFault(new TransportError(code, 'text'))).toBe(closing);
    expect(closingOfFault(new Error('other'))).toBe('targetFailed');
  });
});
