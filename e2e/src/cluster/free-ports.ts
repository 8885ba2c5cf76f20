import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { PeerError } from '../process/peer-error.ts';

/** Inclusive bounds of the ports to look through. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds `count` neighbouring ports that nobody listens on and returns the first. A broker needs a block because it derives
 * its second port (listenPort - 2) by itself, so ports given out by the system one by one do not do.
 *
 * The search starts at a random place: two test runs at once seldom try the same block in the moment between this answer
 * and the start of the server.
 * @throws PeerError `no-port` when the range has no such block.
 */
export async function freePorts(count: number, range: PortRange): Promise<number> {
  const blocks = Math.floor((range.to - range.from + 1) / count);
  const start = Math.floor(Math.random() * blocks);
  for (let tried = 0; tried < blocks; tried++) {
    const first = range.from + ((start + tried) % blocks) * count;
    if (await allFree(first, count)) return first;
  }
  throw new PeerError('no-port', `no ${count} free neighbouring ports in ${range.from} to ${range.to}`);
}

async function allFree(first: number, count: number): Promise<boolean> {
  const servers: Server[] = [];
  try {
    for (let port = first; port < first + count; port++) servers.push(await listen(port));
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all(
      servers.map(async (server) => {
        server.close();
        await once(server, 'close');
      }),
    );
  }
}

async function listen(port: number): Promise<Server> {
  // The servers bind all interfaces, so that is what has to be free.
  const server = createServer().listen(port, '0.0.0.0');
  await once(server, 'listening');
  return server;
}
