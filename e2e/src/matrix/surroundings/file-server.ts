import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { inPackage } from '../../paths.ts';
import type { Task } from '../task.ts';

/** The repository over HTTP, for programs and pages of the matrix. */
export interface FileServer extends AsyncDisposable {
  /** Its root; ends with a slash. */
  readonly url: string;
  /** Where a task can be had: each gets an address of its own. */
  readonly offer: (task: Task) => string;
  /** The page that runs a task. */
  readonly pageFor: (taskUrl: string) => string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.jsonl': 'text/plain; charset=utf-8',
  '.map': 'application/json',
};
const root = inPackage('..');

/**
 * Serves on a free port of 127.0.0.1: from other origins Chromium holds connections to loopback back, by its rule for
 * local networks.
 */
export async function startFileServer(): Promise<FileServer> {
  const tasks = new Map<string, Task>();
  const map = await importMap();
  const server = createServer((request, response) => {
    answer(request, tasks, map).then(
      ({ type, body }) => {
        // One connection for each request: none is left over to be counted as held.
        response.writeHead(200, { 'content-type': type, connection: 'close' }).end(body);
      },
      () => {
        response.writeHead(404, { connection: 'close' }).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}/`;
  return {
    url,
    offer(task) {
      const path = `/task/${tasks.size.toString()}.json`;
      tasks.set(path, task);
      return new URL(path, url).href;
    },
    pageFor: (taskUrl) => `${url}e2e/pages/matrix.html?task=${encodeURIComponent(taskUrl)}`,
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function answer(
  request: IncomingMessage,
  tasks: ReadonlyMap<string, Task>,
  map: string,
): Promise<{ readonly type: string; readonly body: string | Uint8Array }> {
  const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname));
  const task = tasks.get(path);
  if (task !== undefined) return { type: 'application/json', body: JSON.stringify(task) };
  const type = types[extname(path)];
  if (type === undefined || path.includes('..')) throw new Error('not served');
  const body = await readFile(join(root, path));
  // An import map can only stand in the page itself.
  return { type, body: extname(path) === '.html' ? body.toString().replace('<!-- import map -->', map) : body };
}

/** What the repository's packages are called in a page, as their manifests say: no bundler. */
async function importMap(): Promise<string> {
  const imports: Record<string, string> = {};
  for (const folder of await readdir(join(root, 'packages'))) {
    const text = await readFile(join(root, 'packages', folder, 'package.json'), 'utf8').catch(() => '{}');
    const { name = '', exports = {} } = JSON.parse(text) as Manifest;
    for (const [path, target] of Object.entries(exports)) {
      if (typeof target === 'object') imports[name + path.slice(1)] = `/packages/${folder}/${target.default.slice(2)}`;
    }
  }
  return `<script type="importmap">${JSON.stringify({ imports })}</script>`;
}

/** The part of a package.json that counts here. */
interface Manifest {
  readonly name?: string;
  readonly exports?: Readonly<Record<string, string | { readonly default: string }>>;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
