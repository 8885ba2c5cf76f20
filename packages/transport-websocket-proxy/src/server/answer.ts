import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refused } from './gate.ts';
import { refusals } from './refusals.ts';

/** An answer over HTTP, after which the connection is closed. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** @defaultValue text/plain; charset=utf-8 */
  readonly type?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What a refused client reads. */
export function refusal({ refused, retryAfterSeconds }: Pick<Refused, 'refused' | 'retryAfterSeconds'>): Answer {
  const { status, text } = refusals[refused];
  const headers = {
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="rmq", Basic realm="rmq", charset="UTF-8"' }),
    ...(status === 405 && { allow: 'GET, HEAD' }),
    ...(status === 426 && { upgrade: 'websocket', 'sec-websocket-version': '13' }),
  };
  return { status, body: `${text}\n`, headers };
}

/** Answers an ordinary request. */
export function respond(response: ServerResponse, given: Answer): void {
  response.writeHead(given.status, fieldsOf(given)).end(given.body);
}

/**
 * Writes an answer to a bare socket, as there is no `ServerResponse` for an upgrade nor for a request that could not be
 * read; then closes it, whether or not the client reads.
 */
export function answer(socket: Duplex, given: Answer): void {
  socket.on('error', () => undefined);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status } = given;
  const lines = Object.entries(fieldsOf(given)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${given.body}`);
}

function fieldsOf({ body, type = 'text/plain; charset=utf-8', headers }: Answer): Readonly<Record<string, string>> {
  return {
    'content-type': type,
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...headers,
  };
}
