import { PassThrough } from 'node:stream';
import type { MqmqServer } from '@rmq/broker/mqmq';
import { startServer } from '@rmq/broker/mqmq';
import { listen } from '@rmq/transport-node';
import { readFlags } from '../src/mqmq/flags.ts';
import { serverLog } from '../src/mqmq/log.ts';
import { runMqmq } from '../src/mqmq/program.ts';
import { rmq } from './rmq.ts';

let server: MqmqServer;
let at: string;

beforeEach(async () => {
  server = await startServer({ listen });
  at = `127.0.0.1:${server.endpoint.port}`;
});

afterEach(() => server.close());

/** Runs one command line as a terminal would, without a process. */
async function mqmq(args: readonly string[], stdin = '', stop = new AbortController()) {
  const input = new PassThrough();
  input.end(stdin);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runMqmq(args, { stdin: input, stdout, stderr, stop: stop.signal });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('mqmq', () => {
  it('puts messages, gets them, and tells what is there in the words of the original', async () => {
    expect(await mqmq(['info', '-addr', at])).toEqual({
      code: 0,
      out: 'Number of connections: 1\nNumber of queues: 0\nNumber of messages: 0\n',
      err: '',
    });
    expect(await mqmq(['put', '-addr', at, 'jobs', 'one', '-two'])).toEqual({ code: 0, out: '', err: '' });
    expect(await mqmq(['put', `-addr=${at}`, 'jobs'], 'three\nfour\n')).toEqual({ code: 0, out: '', err: '' });
    expect(await mqmq(['put', '--addr', at, 'mail', 'm'])).toEqual({ code: 0, out: '', err: '' });
    expect((await mqmq(['info', `--addr=${at}`])).out).toBe(
      'Number of connections: 1\nNumber of queues: 2\nNumber of messages: 5\nQueues:\n        jobs: 4\n        mail: 1\n',
    );
    expect(await mqmq(['get', '-addr', at, '-count', '4', 'jobs'])).toEqual({
      code: 0,
      out: 'one\n-two\nthree\nfour\n',
      err: '',
    });
    expect(await mqmq(['get', '-addr', at, '-timeout', '5ms', 'jobs'])).toEqual({
      code: 1,
      out: '',
      err: 'Failed to get a message: mqmq: timeout expired\n',
    });
  });

  it('waits for a message as long as it is told, and stops when the user does', async () => {
    const stop = new AbortController();
    const waiting = mqmq(['get', '-addr', at, '-timeout', '1h', 'jobs'], '', stop);
    const other = mqmq(['get', '-addr', at, '-timeout', '1h', 'mail']);
    await mqmq(['put', '-addr', at, 'mail', 'm']);
    expect(await other).toMatchObject({ code: 0, out: 'm\n' });
    stop.abort(new Error('enough'));
    expect(await waiting).toMatchObject({ code: 1, out: '' });
  });

  it('says that there is no server', async () => {
    await server.close();
    const problem = `Failed to connect to the server: dial tcp ${at}: connect: connection refused\n`;
    expect(await mqmq(['info', '-addr', at])).toEqual({ code: 1, out: problem, err: '' });
    expect(await mqmq(['get', '-addr', at, 'q'])).toEqual({ code: 1, out: '', err: problem });
  });

  it.each([
    [[], ''],
    [['stop'], ''],
    [['-h'], ''],
    [['info', '-h'], ''],
    [['info', '--help'], ''],
    [['start', '-x'], 'flag provided but not defined: -x\n'],
    [['info', '-addr'], 'flag needs an argument: -addr\n'],
    [['info', '---addr'], 'bad flag syntax: ---addr\n'],
    [['put'], ''],
    [['get', 'a', 'b'], ''],
    [['get', '-timeout', '2h', 'q'], 'invalid value "2h" for flag -timeout\n'],
    [['get', '-timeout', '5', 'q'], 'invalid value "5" for flag -timeout\n'],
    [['get', '-count', '0', 'q'], 'invalid value "0" for flag -count\n'],
  ] as const)('shows how it is used, exit code 1: %p', async (args, err) => {
    expect(await mqmq(args)).toEqual({ code: 1, out: expect.stringMatching(/^Usage: mqmq <command>[^]*47774/u), err });
  });

  it('refuses to start where something listens, or on what is no address', async () => {
    const taken = await mqmq(['start', '-addr', at]);
    const problem = `listen tcp ${at}: bind: address already in use`;
    expect([taken.code, taken.out]).toEqual([1, '']);
    expect(taken.err.replaceAll(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gmu, '')).toBe(
      `INFO: starting server: ${at}\nERROR: net tcp listen (${at}) failed: ${problem}\n` +
        `FATAL: listen and serve failed: ${problem}\n`,
    );
    expect(await mqmq(['start', '-addr', 'nowhere'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/FATAL: /u),
    });
  });
});

describe('flags in the manner of Go', () => {
  it.each([
    ['-addr x', { values: { addr: 'x' }, rest: [] }],
    ['-addr=x', { values: { addr: 'x' }, rest: [] }],
    ['--addr x', { values: { addr: 'x' }, rest: [] }],
    ['--addr=a=b', { values: { addr: 'a=b' }, rest: [] }],
    ['-addr= foo', { values: { addr: '' }, rest: ['foo'] }],
    ['foo -addr x', { values: {}, rest: ['foo', '-addr', 'x'] }], // silently the default address, as there
    ['-addr x -- -y', { values: { addr: 'x' }, rest: ['-y'] }],
    ['-addr x -', { values: { addr: 'x' }, rest: ['-'] }],
    ['-addr x -addr y', { values: { addr: 'y' }, rest: [] }],
    ['-addr -x', { values: { addr: '-x' }, rest: [] }],
  ])('are read: %s', (line, expected) => {
    expect(readFlags(line.split(' '), ['addr'])).toEqual({ ...expected, isUsage: false });
  });
});

describe('the log of a server', () => {
  it('has a line in the words of the original for each connection that ends badly', () => {
    const lines: string[] = [];
    const log = serverLog((level, text) => lines.push(`${level}: ${text}`));
    const client = 'tcp://127.0.0.1:5';
    const closed = { type: 'connection.closed', level: 'debug', client } as const;
    const fault = (code: string) => Object.assign(new Error(code), { code, [Symbol.for('@rmq/error')]: true });
    log({ type: 'connection.opened', level: 'debug', client });
    for (const reason of ['quit', 'unknown-command', 'server-closed', 'end'] as const) log({ ...closed, reason });
    for (const code of ['truncated', 'frame-too-large', 'frame-malformed', 'reset']) {
      log({ ...closed, reason: 'fault', cause: fault(code) });
    }
    log({ type: 'delivery.failed', level: 'warn', client, messages: 1, cause: fault('reset') });
    log({ ...closed, reason: 'fault', cause: fault('reset') });
    expect(lines).toEqual([
      'ERROR: failed to read frame (127.0.0.1:5): EOF',
      'ERROR: failed to read frame (127.0.0.1:5): unexpected EOF',
      'ERROR: failed to read frame (127.0.0.1:5): mqmq: frame too large',
      'ERROR: failed to read frame (127.0.0.1:5): mqmq: bad frame format',
      'ERROR: failed to read frame (127.0.0.1:5): connection reset by peer',
      'ERROR: failed to write frame (127.0.0.1:5): connection reset by peer',
    ]);
  });
});

describe('rmq broker mqmq', () => {
  it.each([
    ['--addr', 'nowhere'],
    ['--addr', '127.0.0.1:70000'],
    ['--max-memory', '0'],
    ['--max-queues', 'many'],
  ])('refuses %s %s, exit code 2', async (option, value) => {
    expect(await rmq(['broker', 'mqmq', option, value])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/expected/u),
    });
  });

  it('keeps its bounds, and stops when asked to', async () => {
    const stop = new AbortController();
    const stdout = new PassThrough();
    const running = rmq(['broker', 'mqmq', '--addr', '127.0.0.1:0', '--max-queues', '1'], '', stop, stdout);
    let out = '';
    for await (const chunk of stdout) {
      out += String(chunk);
      if (out.includes('ready')) break;
    }
    const address = /^mqmq {2}(\S+)$/mu.exec(out)?.[1] ?? '';
    expect(await mqmq(['put', '-addr', address, 'a', 'm'])).toMatchObject({ code: 0 });
    expect(await mqmq(['put', '-addr', address, 'b', 'm'])).toEqual({
      code: 1,
      out: '',
      err: 'Failed to put a message: mqmq: server error response: SERVER_QUEUE_LIMIT\n',
    });
    stop.abort();
    expect((await running).code).toBe(0);
  });
});
