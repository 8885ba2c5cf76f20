import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Transport } from '@rmq/transport';
import { dial } from '@rmq/transport-node';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { ReceiveWindow, SendWindow } from '../../src/flow.ts';
import { closings, emptyMessage, subprotocol, unitBytes } from '../../src/protocol.ts';
import { parseTarget } from '../../src/target.ts';

/** A proxy that does what the protocol says and nothing else: no allowlist, no limits, no errors of its own. */
export interface PlainProxy extends AsyncDisposable {
  readonly url: string;
}

export async function plainProxy(): Promise<PlainProxy> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => subprotocol });
  await once(server, 'listening');
  server.on('connection', (socket, request) => void serve(socket, request.url ?? '/'));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const codes: Readonly<Record<string, number>> = { 'connect-refused': closings.targetRefused.code };

async function serve(socket: WebSocket, path: string): Promise<void> {
  socket.on('error', () => undefined);
  const target = parseTarget(new URL(path, 'ws://here').searchParams.get('to') ?? '');
  if (target === undefined) {
    socket.close(closings.targetFailed.code, 'no target');
    return;
  }
  const giveUp = new AbortController();
  const onClose = (): void => giveUp.abort(new Error('client left'));
  socket.on('close', onClose);
  try {
    const transport = await dial(target, { signal: giveUp.signal });
    socket.off('close', onClose);
    new Link(socket, transport).start();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    socket.close(codes[code] ?? closings.targetFailed.code, code);
  }
}

class Link {
  readonly #socket: WebSocket;
  readonly #transport: Transport;
  readonly #sending = new SendWindow();
  readonly #receiving = new ReceiveWindow();
  #onRoom: () => void = () => undefined;

  constructor(socket: WebSocket, transport: Transport) {
    this.#socket = socket;
    this.#transport = transport;
  }

  start(): void {
    this.#socket.on('message', (data: Buffer) => void this.#receive(data).catch(() => undefined));
    this.#socket.on('close', (code) => {
      if (code === closings.end.code) void this.#transport.end().catch(() => undefined);
      else this.#transport.abort(new Error(`closed with ${code}`));
      this.#onRoom();
    });
    this.#socket.send(emptyMessage);
    this.#send().then(
      () => this.#socket.close(closings.end.code),
      () => this.#socket.close(closings.targetReset.code),
    );
  }

  async #receive(data: Buffer): Promise<void> {
    if (data.byteLength === 0) {
      if (!this.#sending.acknowledged()) this.#socket.close(closings.protocolBroken.code, 'acknowledged');
      this.#onRoom();
    } else if (this.#receiving.received(data.byteLength)) {
      await this.#transport.write([new Uint8Array(data)]);
      for (let left = this.#receiving.passedOn(data.byteLength); left > 0; left -= 1) this.#socket.send(emptyMessage);
    } else this.#socket.close(closings.protocolBroken.code, 'overrun');
  }

  async #send(): Promise<void> {
    for await (const chunk of this.#transport.incoming) {
      for (let at = 0; at < chunk.byteLength; at += unitBytes) await this.#message(chunk.subarray(at, at + unitBytes));
    }
  }

  async #message(message: Uint8Array): Promise<void> {
    while (!this.#sending.fits(message.byteLength) && this.#socket.readyState === this.#socket.OPEN) {
      await new Promise<void>((resolve) => (this.#onRoom = resolve));
    }
    this.#sending.sent(message.byteLength);
    this.#socket.send(message);
  }
}
