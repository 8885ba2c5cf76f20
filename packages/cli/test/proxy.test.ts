import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { certificate } from '@rmq/testkit/certificates';
import { websocketDialer } from '@rmq/transport-websocket-proxy';
import { WebSocket } from 'ws';
import { StoppedBySignal } from '../src/core/stop.ts';
import { run } from '../src/program.ts';
import { rmq } from './rmq.ts';

/** A stream's text as it comes. */
class Said extends PassThrough {
  text = '';
  #wake: () => void = () => undefined;

  constructor() {
    super({ encoding: 'utf8' });
    this.on('data', (chunk: string) => {
      this.text += chunk;
      this.#wake();
    });
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found !== null) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const stops: (() => Promise<unknown>)[] = [];

/** Starts `rmq proxy` on a free port. */
function proxy(...args: readonly string[]) {
  const stop = new AbortController();
  const stdout = new Said();
  const stderr = new Said();
  const code = run(['proxy', '--listen', '127.0.0.1:0', ...args], {
    stdin: new PassThrough(),
    stdout,
    stderr,
    stop: stop.signal,
  });
  const quit = () => {
    stop.abort(new StoppedBySignal('SIGTERM'));
    return code;
  };
  stops.push(quit);
  return { stdout, stderr, quit, url: async () => (await stdout.until(/wss?:\/\/[^\s"]+/))[0] };
}

let folder: string;
let port: number;
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.pipe(socket);
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rmq-proxy-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Dials the echo server through a proxy. */
function dial(url: string, options: Partial<Parameters<typeof websocketDialer>[0]> = {}) {
  return websocketDialer({ url, WebSocket, ...options })({ host: '127.0.0.1', port });
}

describe('rmq proxy', () => {
  it('prints its URL and what is allowed, carries bytes, logs, and drains when asked to stop', async () => {
    const { stdout, stderr, quit, url } = proxy('--allow', `127.0.0.1:${port}`, '--allow', '10.0.0.0/8:9876,[::1]:*');
    const transport = await dial(await url());
    await stdout.until(/ready/);
    expect(stdout.text.split('\n')).toEqual([
      expect.stringMatching(/^proxy {4}ws:\/\/127\.0\.0\.1:\d+\/$/),
      `allow    127.0.0.1:${port} 10.0.0.0/8:9876 [::1]:*`,
      'origins  none: web pages cannot connect, give --origin',
      'access   everyone',
      'ready',
      '',
    ]);
    await transport.write([new TextEncoder().encode('secret payload')]);
    for await (const chunk of transport.incoming) {
      expect(new TextDecoder().decode(chunk)).toBe('secret payload');
      break;
    }
    const done = quit();
    await stderr.until(/draining: 1 open, a second signal stops at once/);
    await transport.end();
    expect(await done).toBe(0);
    expect(stderr.text).toMatch(
      new RegExp(`info connection\\.opened client=127\\.0\\.0\\.1 id=1 target=tcp://127\\.0\\.0\\.1:${port} address=`),
    );
    expect(stderr.text).toMatch(/info connection\.closed .* by=client code=1000 .* bytesToTarget=14 bytesToClient=14/);
    expect(stderr.text).toMatch(/info proxy\.stopped\n/);
    expect(stderr.text).not.toMatch(/payload|warning/);
  });

  it('writes JSON lines to stdout instead', async () => {
    const { stdout, quit, url } = proxy('--allow', '10.0.0.1:1', '--json', '--origin', 'https://app.example');
    await expect(dial(await url())).rejects.toMatchObject({ code: 'connect-failed' });
    const failed = new WebSocket(`${await url()}?to=tcp://10.0.0.1:1`, ['rmq.tcp.v1'], {
      origin: 'https://"evil".example\u00ff',
    });
    await once(failed, 'error');
    await quit();
    const events = stdout.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ type }) => type)).toEqual([
      'proxy.listening',
      'connection.refused',
      'connection.refused',
      'proxy.draining',
      'proxy.stopped',
    ]);
    expect(events[1]).toMatchObject({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'warn',
      reason: 'target-not-allowed',
      code: 4_403,
      target: `tcp://127.0.0.1:${port}`,
    });
    expect(events[2]).toMatchObject({ reason: 'origin-not-allowed', status: 403 });
  });

  it('takes tokens and passwords from files', async () => {
    const tokens = await file('tokens', '# for the shop\nfirst\n\nsecond\n');
    const people = await file('people', 'alice:pass:word\nbob:b\n');
    const { stdout, stderr, url } = proxy(
      ...['--allow', '127.0.0.1:*', '--token-file', tokens, '--basic-file', people],
    );
    const at = await url();
    await stdout.until(/access {3}bearer token or user and password\n/);
    const credentials = [
      { token: 'first' },
      { token: 'second' },
      { basic: { username: 'alice', password: 'pass:word' } },
      { basic: { username: 'bob', password: 'b' } },
    ];
    for (const one of credentials) await (await dial(at, one))[Symbol.asyncDispose]();
    for (const one of [{}, { token: '# for the shop' }, { basic: { username: 'bob', password: 'pass:word' } }]) {
      await expect(dial(at, one)).rejects.toMatchObject({ code: 'connect-failed' });
    }
    await stderr.until(/warn connection\.refused client=127\.0\.0\.1 reason=unauthenticated status=401/);
    expect(stderr.text).toContain('user=alice');
    expect(stderr.text).not.toMatch(/first|second|pass:word/);
  });

  it('takes secrets from the environment, and none from the command line', async () => {
    process.env['RMQ_PROXY_TOKEN'] = 'from the environment';
    try {
      const { url } = proxy('--allow', '127.0.0.1:*');
      const at = await url();
      await (await dial(at, { token: 'from the environment' }))[Symbol.asyncDispose]();
      await expect(dial(at)).rejects.toMatchObject({ code: 'connect-failed' });
    } finally {
      delete process.env['RMQ_PROXY_TOKEN'];
    }
    expect((await rmq(['proxy', '--help'])).out).not.toMatch(/--(?:token|basic|password) /);
  });

  it('serves wss:', async () => {
    const { cert, key } = certificate({ name: 'proxy', addresses: ['127.0.0.1'] });
    const files = ['--tls-cert', await file('cert.pem', cert), '--tls-key', await file('key.pem', key)];
    const { url } = proxy('--allow', '127.0.0.1:*', ...files);
    expect(await url()).toMatch(/^wss:/);
    const socket = new WebSocket(`${await url()}?to=tcp://127.0.0.1:${port}`, ['rmq.tcp.v1'], { ca: cert });
    const [connected] = (await once(socket, 'message')) as [Buffer];
    expect(connected.byteLength).toBe(0);
    socket.terminate();
  });

  it('warns about what is risky', async () => {
    const { stderr, stdout } = proxy(...['--listen', '0.0.0.0:0', '--allow', '0.0.0.0/0:*', '--origin', '*']);
    await stdout.until(/ready/);
    expect(stderr.text.match(/^warning: .*$/gm)).toEqual([
      'warning: 0.0.0.0 can be reached by other machines, and there is no authentication: give --token-file or --basic-file',
      'warning: 0.0.0.0 can be reached by other machines, and there is no TLS: give --tls-cert and --tls-key, or put a TLS server in front',
      'warning: pages of every origin may connect without authentication: name the origins',
      'warning: every address is allowed as a target, inner ones included: name ranges',
    ]);
  });

  it.each([
    [[], "required option '-a, --allow <target>'"],
    [['--allow', '10.0.0.0/33:1'], 'allow: "10.0.0.0/33:1" cannot be read'],
    [['--allow', 'a:1', '--origin', 'app'], 'origins: "app" is no origin'],
    [['--allow', 'a:1', '--listen', 'nowhere'], 'expected HOST:PORT'],
    [['--allow', 'a:1', '--max-connections', '0'], 'expected a whole number from 1'],
    [['--allow', 'a:1', '--path', '/metrics'], 'path: "/metrics" cannot be used'],
    [['--allow', 'a:1', '--metrics', 'some'], 'Allowed choices are open, authenticated, off'],
  ])('%j is a usage error, exit code 2', async (args, message) => {
    const { code, err } = await rmq(['proxy', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('says what it cannot start with, exit code 1', async () => {
    const faults = [
      [['--listen', `127.0.0.1:${port}`], 'is taken'],
      [['--token-file', join(folder, 'none')], 'none cannot be read (ENOENT)'],
      [['--token-file', await file('empty', '# nothing\n')], 'empty holds no secret'],
      [['--basic-file', await file('bad', 'alice\n')], 'line 1 of the basic credentials is not USER:PASSWORD'],
      [['--tls-key', await file('key', 'x')], 'serving wss: needs a certificate'],
    ] as const;
    for (const [args, message] of faults) {
      const { code, err } = await rmq(['proxy', '--allow', 'a:1', '--listen', '127.0.0.1:0', ...args]);
      expect(err).toContain(message);
      expect(code).toBe(1);
    }
  });
});
