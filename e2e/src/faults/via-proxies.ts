import type { HostPort, TcpProxy } from './tcp-proxy.ts';

/** The part of a dialer this needs: an endpoint first, whatever else it takes after that. */
type DialLike<Rest extends readonly unknown[], Connection> = (to: HostPort, ...rest: Rest) => Promise<Connection>;

/**
 * A dialer that goes through a proxy wherever there is one for the address, and straight elsewhere. Routes keep naming the
 * broker's real address, and the client under test never learns of the proxy.
 */
export function viaProxies<Rest extends readonly unknown[], Connection>(
  dial: DialLike<Rest, Connection>,
  proxies: readonly TcpProxy[],
): DialLike<Rest, Connection> {
  return (to, ...rest) => {
    const proxy = proxies.find(({ target }) => target.port === to.port && target.host === to.host);
    return dial(proxy ? { ...to, ...proxy.endpoint } : to, ...rest);
  };
}
