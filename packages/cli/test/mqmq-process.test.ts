import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const mains = {
  mqmq: fileURLToPath(new URL('../dist/mqmq/main.js', import.meta.url)),
  rmq: fileURLToPath(new URL('../dist/main.js', import.meta.url)),
};

const started: ChildProcess[] = [];

/** A built command as users start it. */
function run(name: keyof typeof mains, args: readonly string[], stdin = '') {
  const child = spawn(process.execPath, [mains[name], ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  child.stdin.end(stdin);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, said, done: exited.then(([code]) => ({ code, ...said })) };
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts a server and waits until it answers: its first line comes before it listens, as the original's does. */
async function start() {
  const at = `127.0.0.1:${await freePort()}`;
  const server = run('mqmq', ['start', '-addr', at]);
  let answer = await run('mqmq', ['info', '-addr', at]).done;
  for (let attempt = 0; attempt < 50 && answer.code !== 0; attempt += 1) {
    answer = await run('mqmq', ['info', '-addr', at]).done;
  }
  return { at, ...server };
}

// A test that failed half-way leaves nothing running.
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

describe('the built mqmq', () => {
  it.each([
    ['SIGINT', 'interrupt'],
    ['SIGTERM', 'terminated'],
  ] as const)(
    'serves until %s, and logs what the original logs',
    async (signal, name) => {
      const server = await start();
      expect(await run('mqmq', ['put', '-addr', server.at, 'jobs'], 'one\ntwo\n').done).toMatchObject({ code: 0 });
      const waiting = run('mqmq', ['get', '-addr', server.at, '-timeout', '1h', '-count', '3', 'jobs']);
      let out = '';
      for await (const line of createInterface({ input: waiting.child.stdout })) {
        out += `${line} `;
        if (line === 'two') break;
      }
      expect(out).toBe('one two ');
      server.child.kill(signal);
      const { code, err } = await server.done;
      expect(code).toBe(0);
      const stamp = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?=[A-Z]+: )/u;
      const lines = err.trimEnd().split('\n');
      expect(lines.filter((line) => !stamp.test(line))).toEqual([]);
      expect(lines.map((line) => line.replace(stamp, ''))).toEqual([
        `INFO: starting server: ${server.at}`,
        `INFO: received signal: ${name}`,
        `INFO: server stopped: ${server.at}`,
      ]);
      expect((await waiting.done).code).toBe(1); // its server is gone
    },
    60_000,
  );

  it('is the server that rmq starts', async () => {
    const server = run('rmq', ['broker', 'mqmq', '--addr', '127.0.0.1:0']);
    let at = '';
    for await (const line of createInterface({ input: server.child.stdout })) {
      if (line === 'ready') break;
      at = line.split(/ +/u).at(-1) ?? '';
    }
    expect(await run('mqmq', ['put', '-addr', at, 'jobs', 'one']).done).toMatchObject({ code: 0 });
    expect(await run('mqmq', ['info', '-addr', at]).done).toEqual({
      code: 0,
      out: 'Number of connections: 1\nNumber of queues: 1\nNumber of messages: 1\nQueues:\n        jobs: 1\n',
      err: '',
    });
    server.child.kill('SIGTERM');
    expect(await server.done).toMatchObject({ code: 0 });
  }, 60_000);

  it('logs a client that leaves without a word', async () => {
    const server = await start();
    const { port } = new URL(`tcp://${server.at}`);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    const from = socket.localPort ?? 0;
    socket.end();
    for await (const chunk of server.child.stderr) if (String(chunk).includes('EOF')) break;
    server.child.kill('SIGTERM');
    const { err } = await server.done;
    expect(err).toContain(`ERROR: failed to read frame (127.0.0.1:${from}): EOF\n`);
  }, 60_000);
});
