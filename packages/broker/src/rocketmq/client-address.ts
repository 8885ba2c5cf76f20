import type { HostAddress } from '@rmq/protocol/rocketmq/messages';

const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})):(\d{1,5})$/iu;

/** What lists of connections show of a client: where it connects from, for people to read. */
export function clientAddress(label: string): string {
  return label.replace(/^[a-z][a-z0-9+.-]*:\/\//iu, '');
}

/**
 * What stored messages keep as the place they were born. Transports name their peer for people only, so this is a fair
 * guess and nothing depends on it: the address, where the label shows one; else the loopback with a number as its port.
 */
export function clientHost(label: string, number: number): HostAddress {
  const [, v6, v4, port] = ADDRESS.exec(label) ?? [];
  const host = v6 ?? v4;
  if (host === undefined || v4?.split('.').some((part) => Number(part) > 255) === true) {
    return { host: '127.0.0.1', port: number % 65_536 };
  }
  return { host, port: Number(port) };
}
