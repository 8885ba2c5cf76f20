import { printed } from '@rmq/transport/adapter';

/** Where the proxy is to connect to. */
export interface Target {
  /** A name in ASCII, an IPv4 or an IPv6 address without brackets. Not resolved, not checked against any list. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Whether the proxy speaks TLS to it. */
  readonly tls: boolean;
}

/** The query parameter of the proxy's URL that names the target. */
export const targetParameter = 'to';

/** The longest name DNS knows. Characters (RFC 1035, section 2.3.4). */
const maxHostLength = 253;

/** `tcp://` or `tls://`, then an IPv6 address in brackets, or a name or IPv4 address, then a port without leading zeros. */
const shape = /^(tcp|tls):\/\/(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,253})):([1-9]\d{0,4})$/;

/** The value of {@link targetParameter}: `tcp://HOST:PORT` or `tls://HOST:PORT`, an IPv6 address in brackets. */
export function printTarget(target: Target): string {
  return `${target.tls ? 'tls' : 'tcp'}://${printed(target)}`;
}

/**
 * Reads what {@link printTarget} prints. Nothing else passes: no user, path or zone, no blanks, no letters beyond ASCII.
 * @returns undefined for what is no target
 */
export function parseTarget(text: string): Target | undefined {
  if (text.length > maxHostLength + 'tls://[]:65535'.length) return undefined;
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, scheme, address, name, digits] = match;
  const host = address ?? name;
  const port = Number(digits);
  if (host === undefined || port > 65_535 || (address !== undefined && !address.includes(':'))) return undefined;
  return { host, port, tls: scheme === 'tls' };
}
