import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PeerError } from '../process/peer-error.ts';

/** One request of the remoting protocol. */
export interface RawRequest {
  readonly code: number;
  readonly extFields?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const attemptTimeoutMs = 3_000;

/**
 * Sends one request on a connection of its own and returns the response code. The frame is built here by hand, so that
 * starting a cluster does not lean on the codec that is tested against it.
 * @throws PeerError `timed-out`, `exited`; a system error when the connection is refused.
 */
export async function ask(port: number, request: RawRequest): Promise<unknown> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(attemptTimeoutMs, () => {
    socket.destroy(new PeerError('timed-out', `port ${port} does not answer`));
  });
  try {
    await once(socket, 'connect');
    socket.write(frame(request));
    return await readCode(socket);
  } finally {
    socket.destroy();
  }
}

function frame({ code, extFields = {}, body = '' }: RawRequest): Buffer {
  const header = Buffer.from(JSON.stringify({ code, language: 'JAVA', version: 399, opaque: 1, flag: 0, extFields }));
  const content = Buffer.from(body);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(4 + header.length + content.length, 0);
  lengths.writeUInt32BE(header.length, 4); // the high byte is the serialization: 0 is JSON
  return Buffer.concat([lengths, header, content]);
}

/** The response code, read from the JSON header of the first frame. */
async function readCode(socket: Socket): Promise<unknown> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    if (received.length < 8) continue;
    const headerLength = received.readUInt32BE(4) & 0xff_ffff;
    if (received.length < 8 + headerLength) continue;
    const header: unknown = JSON.parse(received.toString('utf8', 8, 8 + headerLength));
    return typeof header === 'object' && header !== null && 'code' in header ? header.code : undefined;
  }
  throw new PeerError('exited', 'the server closed the connection');
}
