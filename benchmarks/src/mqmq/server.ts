/** A server in a process of its own: `server.js rmq` or `server.js echo`. Tells its port, then what it used whenever asked. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startServer } from '@rmq/broker/mqmq';
import { listen } from '@rmq/transport-node';
import { echoServer } from './echo.ts';
import type { Usage } from '../peer/usage.ts';

async function startEcho(): Promise<number> {
  const server = echoServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // it listens on a port, as it was told to
}

async function startOurs(): Promise<number> {
  const { endpoint } = await startServer({ listen });
  return endpoint.port;
}

function usage(): Usage {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, memoryBytes: process.memoryUsage().rss };
}

process.on('message', () => process.send?.(usage()));
process.on('disconnect', () => process.exit(0));
process.send?.({ port: await (process.argv[2] === 'echo' ? startEcho() : startOurs()) });
