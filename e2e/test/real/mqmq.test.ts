import { randomUUID } from 'node:crypto';
import { type MqmqServer, startServer } from '@rmq/broker/mqmq';
import { connect } from '@rmq/client/mqmq';
import { dial, listen } from '@rmq/transport-node';
import { logged, ourCommand, said } from '../../src/mqmq/command-line.ts';
import { exchanges, replay } from '../../src/mqmq/exchanges.ts';
import { prepareGoProgram } from '../../src/mqmq/go-program.ts';
import { type OriginalServer, prepareOriginal } from '../../src/mqmq/original.ts';
import { RawConnection } from '../../src/mqmq/raw-connection.ts';
import { scenarios } from '../../src/mqmq/scenarios.ts';
import { alive } from '../../src/process/alive.ts';
import { describeReady, describeWith } from '../support/describe-with.ts';

const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;
const addressOf = ({ endpoint }: MqmqServer): string => `127.0.0.1:${endpoint.port.toString()}`;
const found = await prepareOriginal();
// Else go would ask the network for nothing.
const program = found.available ? await prepareGoProgram() : found;

await describeWith('mqmq and its Go original', { original: Promise.resolve(found) }, ({ original }) => {
  describe('our client on its server', () => {
    let server: OriginalServer;

    beforeAll(async () => {
      server = await original.start({});
    });
    afterAll(async () => {
      expect(await server.stop()).toEqual({ code: 0, signal: null });
      expect(alive(server.pid)).toBe(false);
    });

    it.each(scenarios)('$name', ({ run }) => {
      const id = randomUUID().slice(0, 8);
      return run({ address: server.address, dial, unique: (name) => `${name}-${id}` });
    });

    it('outlives a restart of it, where all messages are lost', async () => {
      await using client = await connect({ address: server.address, dial, requestTimeoutMs: 10_000 });
      const next = client.messages('restarted').next();
      await client.put('lost', 'before');
      await server.stop();
      server = await original.start({ port: server.port });
      await client.put('restarted', 'after');
      expect((await next).value?.text()).toBe('after');
      expect((await client.info()).Queues).toEqual({ restarted: { NumMessages: 0 } });
    });
  });

  describe('its command on our server', () => {
    it('prints what there is', async () => {
      await using server = await startServer({ listen });
      await using client = await connect({ address: addressOf(server), dial });
      expect(await original.info?.(addressOf(server))).toEqual({
        code: 0,
        output: 'Number of connections: 2\nNumber of queues: 0\nNumber of messages: 0',
      });
      for (const message of ['1', '2', '3']) await client.put('jobs', message);
      expect(await original.info?.(addressOf(server))).toEqual({
        code: 0,
        output: [
          'Number of connections: 2',
          'Number of queues: 1',
          'Number of messages: 3',
          'Queues:',
          '        jobs: 3',
        ].join('\n'),
      });
    });
  });

  describe('its command and ours', () => {
    const theirs = { command: original.command ?? '', args: [] };
    const nowhere = '127.0.0.1:1';

    it.each([
      '',
      'nonsense',
      '-h',
      'info -h',
      'start -h',
      'info -x',
      'info -addr',
      `info -addr ${nowhere}`,
      `info --addr=${nowhere}`,
    ])('say the same and end alike: mqmq %s', async (line) => {
      const words = line.split(' ').filter((word) => word !== '');
      const expected = await said(theirs, words);
      expect(await said(ourCommand, words)).toEqual(expected);
      expect(expected.code).toBe(1);
    });

    it('say the same of a server of either side', async () => {
      await using ours = await startServer({ listen });
      await using other = await original.start({});
      for (const address of [addressOf(ours), other.address]) {
        await using client = await connect({ address, dial });
        await client.put('jobs', 'm');
        const words = ['info', '-addr', address];
        const expected = await said(theirs, words);
        expect(await said(ourCommand, words)).toEqual(expected);
        expect(expected).toMatchObject({ code: 0, out: expect.stringContaining('        jobs: 1\n') });
      }
    });

    it('end alike when the address is in use', async () => {
      await using other = await original.start({});
      const words = ['start', '-addr', other.address];
      const expected = await said(theirs, words);
      expect(await said(ourCommand, words)).toEqual(expected);
      expect(expected.err).toContain('address already in use');
    });

    it('log the same of clients that misbehave, and of SIGTERM', async () => {
      const expected = await logged(theirs);
      expect(await logged(ourCommand)).toEqual(expected);
      expect(expected.at(-1)).toBe('TIME INFO: server stopped: ADDRESS');
    });
  });

  describe('what the other side says, byte by byte', () => {
    const sane = exchanges().filter(({ killsOriginal }) => !killsOriginal);

    it.each(sane)('its server still answers as it did: $name', async (exchange) => {
      await using server = await original.start({});
      expect(await replay(exchange, server.port)).toBeUndefined();
    });
  });

  describe('input that ends its process', () => {
    it.each(exchanges().filter(({ killsOriginal }) => killsOriginal))(
      '$name ends one connection of ours',
      async (hostile) => {
        await using theirs = await original.start({});
        await replay(hostile, theirs.port);
        expect(await theirs.exited).toEqual({ code: 2, signal: null });

        await using ours = await startServer({ listen });
        const witness = await RawConnection.open(ours.endpoint.port);
        await replay(hostile, ours.endpoint.port);
        await using client = await connect({ address: addressOf(ours), dial });
        expect((await client.info()).NumConnections).toBe(2);
        witness.destroy();
      },
    );
  });

  describeReady('programs with its client library', { program }, ({ program: go }) => {
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, each) => `message ${each.toString()}`).join('\n');

    it('produce for our client and consume from it, through our server', async () => {
      await using server = await startServer({ listen });
      await meetBothWays(addressOf(server));
    });

    it('produce for our client and consume from it, through its server', async () => {
      await using server = await original.start({});
      await meetBothWays(server.address);
    });

    it('meet each other through our server', async () => {
      await using server = await startServer({ listen });
      const address = addressOf(server);
      const consumed = go.start({ args: ['consume', address, 'q', '10'] });
      expect(await go.start({ args: ['produce', address, 'q', '10'] })).toEqual({ code: 0, output: '' });
      expect(await consumed).toEqual({ code: 0, output: lines(10) });
    });

    it('hear of errors from our server what they hear from its own', async () => {
      await using ours = await startServer({ listen });
      await using theirs = await original.start({});
      const args = (address: string): { readonly args: readonly string[] } => ({ args: ['refused', address, 'q'] });
      const heard = await go.start(args(addressOf(ours)));
      expect(heard).toEqual(await go.start(args(theirs.address)));
      expect(heard.output.split('\n')).toEqual([
        'mqmq: timeout expired',
        'mqmq: timeout is larger than MaxGetTimeout',
        'mqmq: queue name length is larger than MaxQueueNameLen',
        'mqmq: frame too large',
      ]);
    });

    async function meetBothWays(address: string): Promise<void> {
      await using client = await connect({ address, dial });
      const [there, back] = [unique('there'), unique('back')];
      expect(await go.start({ args: ['produce', address, there, '10'] })).toMatchObject({ code: 0 });
      const received: string[] = [];
      for await (const message of client.messages(there)) if (received.push(message.text()) === 10) break;
      expect(received.join('\n')).toBe(lines(10));
      const consumed = go.start({ args: ['consume', address, back, '10'] });
      for (const line of received) await client.put(back, line);
      expect(await consumed).toEqual({ code: 0, output: lines(10) });
    }
  });
});
