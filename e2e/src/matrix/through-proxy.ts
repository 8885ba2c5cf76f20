import type { Dial } from '@rmq/transport';
import type { TcpDialOptions } from '@rmq/transport/adapter';
import type { Context } from './suite.ts';

/** The platform's dialer through the proxy of the task. */
export function throughProxy(
  { platform, task }: Context,
  options: { readonly connectTimeoutMs?: number | undefined } = {},
): Dial {
  return platform.proxied({ ...task.proxy, ...options });
}

/** How clients on this platform dial: by sockets if there are any. */
export function usualDial(context: Context, tls?: TcpDialOptions['tls']): Dial {
  return context.platform.adapter?.dialer({ tls }) ?? throughProxy(context);
}
