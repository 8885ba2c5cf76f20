import type { PlatformName } from './column.ts';
import { lacks } from './column.ts';
import type { Context } from './suite.ts';

const nowhere = (): Promise<never> => Promise.reject(new Error('only looked at'));
const endpoint = { host: '127.0.0.1', port: 0 };
const identity = { cert: '', key: '' };

/** A context that has what one on this platform has, to be looked at: what it consists of does nothing. */
export function sketch(name: PlatformName): Context {
  const adapter = { dialer: () => nowhere, listener: () => nowhere };
  return {
    platform: {
      name,
      adapter: lacks[name].sockets === undefined ? adapter : undefined,
      proxied: () => nowhere,
      held: lacks[name].held === undefined ? nowhere : undefined,
    },
    task: {
      platform: name,
      suites: [],
      files: '',
      certificates: {
        ca: '',
        name: '',
        server: identity,
        otherName: identity,
        expired: identity,
        unknown: identity,
        client: identity,
      },
      proxy: { url: '', token: '' },
      rendezvous: endpoint,
      silent: endpoint,
      neighbours: [],
      nameServers: { real: '', node: '' },
      rabbitmq: { port: 0, tlsPort: 0 },
      mqmq: '',
    },
  };
}
