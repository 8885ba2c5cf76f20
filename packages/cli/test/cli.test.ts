import { type EmbeddedBroker, startBroker } from '@rmq/broker/rocketmq';
import { listen } from '@rmq/transport-node';
import { rmq } from './rmq.ts';

let broker: EmbeddedBroker;
let at: readonly string[];

beforeAll(async () => {
  broker = await startBroker({ listen });
  at = ['--name-server', `127.0.0.1:${broker.nameServer.port.toString()}`];
});

afterAll(() => broker.close());

describe('rmq', () => {
  it('tells its version, and what it can do', async () => {
    expect(await rmq(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    const { code, out } = await rmq(['--help']);
    expect(code).toBe(0);
    for (const command of ['broker', 'proxy', 'rocketmq']) expect(out).toContain(command);
  });
});

describe('rmq rocketmq', () => {
  it('creates, lists, shows and deletes topics', async () => {
    expect(await rmq(['rocketmq', 'topics', 'create', 'orders', '--queues', '4', ...at])).toMatchObject({ code: 0 });
    expect((await rmq(['rocketmq', 'topics', ...at])).out.split('\n')).toContain('orders');
    expect((await rmq(['rocketmq', 'routes', 'orders', ...at])).out).toMatch(/broker-a .* 4 .* 4 .* 6/);
    await rmq(['rocketmq', 'topics', 'delete', 'orders', ...at]);
    expect(await rmq(['rocketmq', 'routes', 'orders', ...at])).toMatchObject({
      code: 1,
      err: 'rmq: topic orders does not exist\n',
    });
    expect(await rmq(['rocketmq', 'offsets', 'group', 'orders', ...at])).toMatchObject({
      code: 1,
      err: 'rmq: topic orders does not exist\n',
    });
  });

  it('sends lines and prints them again, as text and as JSON', async () => {
    await rmq(['rocketmq', 'topics', 'create', 'lines', ...at]);
    const sent = await rmq(
      ['rocketmq', 'produce', 'lines', '--tag', 'new', '--key', '42', '--ids', ...at],
      'one\ntwo\n',
    );
    expect(sent).toMatchObject({ code: 0, err: '2 sent, 0 failed\n' });
    expect(sent.out).toMatch(/^[0-9A-F]{32}\n[0-9A-F]{32}\n$/);
    const first = ['--from', 'first', '--count', '2'];
    const text = await rmq(['rocketmq', 'consume', 'lines', '--group', 'text', ...first, ...at]);
    expect(text).toMatchObject({ code: 0, err: '2 consumed\n' });
    expect(text.out.trim().split('\n').sort()).toEqual(['one', 'two']);
    const json = await rmq(['rocketmq', 'consume', 'lines', '--group', 'json', '--format', 'jsonl', ...first, ...at]);
    const [message] = json.out.trim().split('\n');
    expect(JSON.parse(message ?? '')).toMatchObject({ topic: 'lines', tags: 'new', keys: ['42'] });
    const offsets = await rmq(['rocketmq', 'offsets', 'text', 'lines', ...at]);
    expect(offsets).toMatchObject({ code: 0 });
    expect(offsets.out).toContain('committed');
  }, 30_000);

  it('takes JSON lines, and names each line that it cannot send', async () => {
    await rmq(['rocketmq', 'topics', 'create', 'json-lines', ...at]);
    const lines = ['{"body":"a","tags":"t"}', '{"nobody":1}', 'no json', '{"body":"b","keys":"k"}', ''].join('\n');
    const { code, err } = await rmq(['rocketmq', 'produce', 'json-lines', '--format', 'jsonl', ...at], `${lines}\n`);
    expect(code).toBe(1);
    expect(err).toContain('line 2: expected a JSON object with a `body`');
    expect(err).toContain('line 3: not JSON');
    expect(err).toContain('line 4: `keys` has the wrong type, expected strings');
    expect(err).toContain('1 sent, 4 failed');
  });

  it.each([
    [['rocketmq', 'produce', 't', '--delay-level', '19'], 'from 1 to 18'],
    [['rocketmq', 'consume', 't', '--from', 'yesterday'], 'expected first, last, or a date'],
    [['rocketmq', 'nothing'], "unknown command 'nothing'"],
    [['rocketmq', 'produce', 't', '--name-server', 'nowhere'], 'expected host:port'],
  ])('%j is a usage error, exit code 2', async (args, message) => {
    const { code, err } = await rmq(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('wants the secret of an access key from the environment', async () => {
    const refused = await rmq(['rocketmq', 'topics', '--access-key', 'alice', ...at]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('credentials.secretKey') as string });
  });

  it('says which server it could not reach, exit code 1', async () => {
    const { code, err } = await rmq(['rocketmq', 'topics', '--name-server', '127.0.0.1:1']);
    expect(code).toBe(1);
    expect(err).toContain('127.0.0.1:1');
  });
});

describe('rmq broker rocketmq', () => {
  it('prints its addresses and ready, and stops when asked', async () => {
    const stop = new AbortController();
    const running = rmq(['broker', 'rocketmq', '--port', '0', '--broker-port', '0'], '', stop);
    setImmediate(() => {
      stop.abort();
    });
    const { code, out } = await running;
    expect(code).toBe(0);
    expect(out).toMatch(/^name server {2}127\.0\.0\.1:\d+\nbroker {7}127\.0\.0\.1:\d+\nready\n$/);
  });
});
