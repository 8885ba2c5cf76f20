import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const started: ChildProcess[] = [];

/** The built command as users start it. */
function rmq(args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, exited, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

/** Starts a broker on free ports. @returns it and the name server's address, once it is ready */
async function broker() {
  const running = rmq(['broker', 'rocketmq', '--port', '0', '--broker-port', '0']);
  const seen: string[] = [];
  while (seen.at(-1) !== 'ready') {
    const { value, done } = await running.lines.next();
    if (done === true) throw new Error(`it ended after: ${seen.join(', ')}`);
    seen.push(value);
  }
  return { ...running, nameServer: seen[0]?.split(/ +/).at(-1) ?? '' };
}

// A test that failed half-way leaves nothing running.
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

describe('the built rmq', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('stops its broker cleanly on %s', async (signal) => {
    const { child, exited } = await broker();
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('consumes until %s, and has acknowledged what it printed', async (signal) => {
    const server = await broker();
    const at = ['--name-server', server.nameServer];
    const producing = rmq(['rocketmq', 'produce', 'orders', ...at]);
    producing.child.stdin.end('one\n');
    expect(await producing.exited).toEqual([0, null]);
    const consume = ['rocketmq', 'consume', 'orders', '--group', 'billing', '--from', 'first', ...at];
    const consuming = rmq(consume);
    expect((await consuming.lines.next()).value).toBe('one');
    consuming.child.kill(signal);
    expect(await consuming.exited).toEqual([0, null]);
    const again = rmq(['rocketmq', 'produce', 'orders', ...at]);
    again.child.stdin.end('two\n');
    await again.exited;
    const next = rmq([...consume, '--count', '1']);
    expect((await next.lines.next()).value).toBe('two');
    expect(await next.exited).toEqual([0, null]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('drains its proxy on %s', async (signal) => {
    const { child, exited, lines } = rmq(['proxy', '--listen', '127.0.0.1:0', '--allow', '127.0.0.1:9876']);
    for (let line = await lines.next(); line.value !== 'ready'; line = await lines.next()) {
      if (line.done === true) throw new Error('it ended before it was ready');
    }
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
  });

  it('says what is wrong with a command line, exit code 2', async () => {
    const { child, exited } = rmq(['rocketmq', 'consume']);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await exited).toEqual([2, null]);
    expect(said).toContain('missing required argument');
  });
});
