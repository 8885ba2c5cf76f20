import { response, type RemotingCommand } from '@rmq/protocol/rocketmq';
import { drain, FakeClock } from '@rmq/testkit';
import { type ConnectionPoolOptions, createConnectionPool } from '../../src/rocketmq/connection-pool.ts';
import type { RocketmqEvent } from '../../src/rocketmq/events.ts';
import { address, ask, failure, Peer } from './peer.ts';

async function rig(options: Partial<ConnectionPoolOptions> = {}) {
  const clock = new FakeClock();
  const peer = new Peer();
  await peer.listen();
  const events: RocketmqEvent[] = [];
  const { dial } = peer.network;
  const onEvent = (event: RocketmqEvent): void => void events.push(event);
  const pool = createConnectionPool({ server: address, dial, clock, random: () => 1, onEvent, ...options });
  return { clock, events, peer, pool };
}

describe('createConnectionPool', () => {
  it('connects when somebody acquires, and lends the same connection again', async () => {
    const { peer, pool } = await rig();
    expect(pool.stats).toEqual({ size: 0, idle: 0, leased: 0, waiting: 0 });
    {
      await using lease = await pool.acquire();
      expect(lease.connection).toMatchObject({ address, state: 'open', outstanding: 0 });
      await expect(lease.call(ask)).resolves.toMatchObject({ code: 0 });
      expect(pool.stats).toEqual({ size: 1, idle: 0, leased: 1, waiting: 0 });
    }
    expect(pool.stats).toEqual({ size: 1, idle: 1, leased: 0, waiting: 0 });
    await using again = await pool.acquire();
    await again.oneway(ask);
    await drain();
    expect(peer.connections).toHaveLength(1);
    expect(peer.frames).toHaveLength(2);
  });

  it('gives each lease a connection of its own', async () => {
    const { peer, pool } = await rig({ max: 2 });
    const on: number[] = [];
    peer.answer = (command, index) => {
      on.push(index);
      return response(command, { code: 0 });
    };
    const [one, two] = await Promise.all([pool.acquire(), pool.acquire()]);
    await Promise.all([one.call(ask), two.call(ask), one.call(ask)]);
    expect(on.toSorted()).toEqual([0, 0, 1]);
    expect(await failure(pool.acquire({ signal: AbortSignal.abort('enough') }))).toBe('enough');
  });

  it('refuses what is asked of a lease that was released', async () => {
    const { pool } = await rig();
    const lease = await pool.acquire();
    lease.release();
    lease.release();
    expect(await failure(lease.call(ask))).toMatchObject({ name: 'UsageError', code: 'lease-released' });
    expect(await failure(lease.oneway(ask))).toMatchObject({ code: 'lease-released' });
    expect(pool.stats.idle).toBe(1);
  });

  it('runs hooks and retries as a client does', async () => {
    const seen: string[] = [];
    const hook = {
      after: (_: unknown, outcome: { reply: RemotingCommand | undefined }) =>
        void seen.push(String(outcome.reply?.code)),
    };
    const { peer, pool, clock, events } = await rig({ hooks: [hook] });
    const codes = [2, 0];
    peer.answer = (command) => response(command, { code: codes.shift() ?? 0 });
    const lease = await pool.acquire();
    const called = lease.call(ask, { retry: { attempts: 2 } });
    await clock.advance(100);
    await expect(called).resolves.toMatchObject({ code: 0 });
    expect(seen).toEqual(['2', '0']);
    expect(events.map(({ type }) => type)).toContain('rpc.retried');
  });

  it('lets a connection go that is released while an answer is under way, after that answer', async () => {
    const { peer, pool } = await rig({ max: 1 });
    const held: RemotingCommand[] = [];
    peer.answer = (command) => void held.push(command);
    const lease = await pool.acquire();
    const called = lease.call(ask);
    await drain();
    lease.release();
    expect(lease.connection.state).toBe('draining');
    const next = await pool.acquire();
    for (const command of held) await peer.send(response(command, { code: 0 }));
    await expect(called).resolves.toMatchObject({ code: 0 });
    expect(await lease.connection.reached('closed')).toBe('closed');
    expect(next.connection).not.toBe(lease.connection);
    expect(peer.connections).toHaveLength(2);
  });

  it('does not lend what broke while nobody had it, nor keep it', async () => {
    const { peer, pool } = await rig();
    (await pool.acquire()).release();
    await peer.connections[0]?.end(); // servers close what is idle too long for them
    await drain();
    expect(pool.stats.size).toBe(0);
    await expect((await pool.acquire()).call(ask)).resolves.toMatchObject({ code: 0 });
    expect(peer.connections).toHaveLength(2);
  });

  it('drops what broke in use when it is released', async () => {
    const { peer, pool, clock } = await rig();
    const lease = await pool.acquire();
    peer.answer = () => undefined;
    const failed = failure(lease.call(ask));
    await drain();
    peer.connections[0]?.abort(new Error('reset'));
    expect(await failed).toMatchObject({ code: 'connection-closed' });
    expect(lease.connection.state).toBe('backoff');
    lease.release();
    expect(pool.stats.size).toBe(0);
    expect(lease.connection.state).toBe('closed');
    expect(clock.pending).toBe(0);
  });

  it('tells who acquires when the server cannot be reached, and leaves no timer', async () => {
    const { peer, pool, clock } = await rig();
    await peer.stop();
    expect(await failure(pool.acquire())).toMatchObject({ name: 'ConnectionError', code: 'connect-failed' });
    expect(pool.stats.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('fails a request that GO_AWAY sends back, and makes a new connection for the next lease', async () => {
    const { peer, pool, events } = await rig();
    peer.answer = (command, on) => response(command, { code: on === 0 ? 1_500 : 0 });
    const lease = await pool.acquire();
    expect(await failure(lease.call(ask))).toMatchObject({ code: 'connection-closed' });
    lease.release();
    await expect((await pool.acquire()).call(ask)).resolves.toMatchObject({ code: 0 });
    expect(events.filter(({ type }) => type === 'server.goAway')).toHaveLength(1);
  });

  it('closes what nobody used for idleMs', async () => {
    const { pool, clock } = await rig({ idleMs: 60_000 });
    const lease = await pool.acquire();
    await clock.advance(500_000); // in use, however quiet
    expect(lease.connection.state).toBe('open');
    lease.release();
    await clock.advance(60_000);
    expect(lease.connection.state).toBe('closed');
    expect(pool.stats.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('waits for leases when disposed, and leaves nothing open', async () => {
    const { pool, clock } = await rig({ drainTimeoutMs: 1_000 });
    const [lease, kept] = await Promise.all([pool.acquire(), pool.acquire()]);
    const disposed = pool[Symbol.asyncDispose]();
    lease.release();
    await clock.advance(999);
    expect(kept.connection.state).toBe('open');
    await clock.advance(1);
    await disposed;
    expect([lease.connection.state, kept.connection.state]).toEqual(['closed', 'closed']);
    expect(await failure(kept.call(ask))).toMatchObject({ name: 'ConnectionError' });
    expect(await failure(pool.acquire())).toMatchObject({ code: 'client-closed' });
    expect(clock.pending).toBe(0);
  });

  it('stops connecting when closed', async () => {
    const dial: ConnectionPoolOptions['dial'] = () => new Promise(() => undefined);
    const { pool, clock } = await rig({ dial });
    const failed = failure(pool.acquire());
    await drain();
    const closed = pool.close({ timeoutMs: 100 });
    await clock.advance(100);
    await closed;
    expect(await failed).toMatchObject({ code: 'client-closed' });
    expect(clock.pending).toBe(0);
  });

  it.each([{ server: 'broker' }, { server: address, max: 0 }])('checks its options: %o', async (options) => {
    await expect(rig(options)).rejects.toMatchObject({ name: 'UsageError' });
  });
});
