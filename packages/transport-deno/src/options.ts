import { tcpDialSettings, tcpListenSettings } from '@rmq/transport/adapter';
import type {
  TcpDialOptions,
  TcpDialSettings,
  TcpListenOptions,
  TcpListenSettings,
  TlsDialOptions,
  TlsListenOptions,
} from '@rmq/transport/adapter';

/** Deno's TLS speaks these only. */
interface Versions {
  /** @defaultValue TLSv1.2 */
  readonly minVersion?: DenoTlsVersion | undefined;
  /** @defaultValue TLSv1.3 */
  readonly maxVersion?: DenoTlsVersion | undefined;
}

/** Deno can ask the system to look after silent peers, but not say how soon. */
interface KeepAlive {
  /** 0: never ask a silent peer whether it is still there. Left out, the system asks when it is set to; Linux: 2 hours. */
  readonly keepAliveMs?: 0 | undefined;
}

/** A version of TLS that Deno speaks. */
export type DenoTlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** How to dial with TLS on Deno: {@link TlsDialOptions} without what Deno cannot do. */
export interface DenoTlsDialOptions extends Omit<TlsDialOptions, keyof Versions>, Versions {}

/** How to accept TLS on Deno: {@link TlsListenOptions} without what Deno cannot do. */
export interface DenoTlsListenOptions extends Omit<TlsListenOptions, keyof Versions>, Versions {}

/** How to dial on Deno: {@link TcpDialOptions} without what Deno cannot do. */
export interface DenoDialOptions extends Omit<TcpDialOptions, 'keepAliveMs' | 'tls'>, KeepAlive {
  /** Dials with TLS wherever the endpoint does not say `tls: false`. `{}` trusts the authorities Deno ships. */
  readonly tls?: DenoTlsDialOptions | undefined;
}

/** How to listen on Deno: {@link TcpListenOptions} without what Deno cannot do. */
export interface DenoListenOptions extends Omit<TcpListenOptions, 'keepAliveMs' | 'tls'>, KeepAlive {
  /** Accepts TLS wherever the endpoint does not say `tls: false`. */
  readonly tls?: DenoTlsListenOptions | undefined;
}

/** @throws RangeError for a number out of range, or one that Deno cannot honour */
export function dialSettings(options: DenoDialOptions): TcpDialSettings {
  checkPossible(options);
  return tcpDialSettings(options);
}

/** @throws RangeError for a number out of range, or one that Deno cannot honour */
export function listenSettings(options: DenoListenOptions): TcpListenSettings {
  checkPossible(options);
  return tcpListenSettings(options);
}

const versions: readonly unknown[] = [undefined, 'TLSv1.2', 'TLSv1.3'];

/** The types say so too; but options also come from JavaScript, and from code written for other runtimes. */
function checkPossible({ keepAliveMs, tls }: TcpDialOptions | TcpListenOptions): void {
  if (keepAliveMs !== undefined && keepAliveMs !== 0) {
    throw new RangeError(
      `keepAliveMs is ${keepAliveMs.toString()}: Deno takes 0 (never); leave it out for the system’s own delay`,
    );
  }
  for (const name of ['minVersion', 'maxVersion'] as const) {
    if (versions.includes(tls?.[name])) continue;
    throw new RangeError(`tls.${name} is ${String(tls?.[name])}: Deno speaks TLSv1.2 and TLSv1.3`);
  }
}
