/** Our proxy in a process of its own: `proxy.js`. Tells its URL on stdout and ends with stdin. */
import { startProxy } from '@rmq/transport-websocket-proxy/server';

const many = 1_000_000;
const proxy = await startProxy({
  allow: ['127.0.0.1:*'],
  maxConnections: many,
  maxConnectionsPerClient: many,
  maxConnectionsPerMinute: many,
  maxHandshakes: many,
});
process.stdout.write(`${proxy.url}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
