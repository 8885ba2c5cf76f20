import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { inPackage } from '../paths.ts';

const built = inPackage('../examples/browser/dist');
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
/** As strict as a policy can be: what the pages need beyond it would show as an error. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src ws:";

/** The built example pages on a free port of 127.0.0.1. */
export interface Site extends AsyncDisposable {
  readonly origin: string;
}

/** Serves them. Build them first. */
export async function startSite(): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const folder = pathname.startsWith('/assets/') ? 'assets' : '';
    const name = pathname === '/' ? 'index.html' : basename(pathname);
    readFile(join(built, folder, name)).then(
      (body) => {
        const type = types[extname(name)] ?? 'application/octet-stream';
        response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
