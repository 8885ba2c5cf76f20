import { outOfRange } from '../bytes/writer.ts';
import { ProtocolError } from '../errors.ts';
import type { HostAddress } from './host-address.ts';
import { formatAddress, parseAddress } from './host-address.ts';
import { join, word16 } from './join.ts';

function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}

/** All bytes as hex: looked up, as keys are made for each message. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

function hex16(value: number): string {
  return `${HEX[value >> 8] ?? ''}${HEX[value & 0xff] ?? ''}`;
}

/**
 * The id that says where a message is stored: store address, port and physical offset as upper-case hex.
 *
 * @returns 32 hex digits for IPv4, 56 for IPv6.
 * @throws UsageError `name-invalid` when the host is not an IP address.
 */
export function offsetMessageId(host: HostAddress, physicalOffset: bigint): string {
  return toHex(join([parseAddress(host.host), host.port, physicalOffset]));
}

/**
 * Takes an offset message id apart; letters may have either case.
 *
 * A client's unique key has the same shape and cannot be told from it: the result is then a host nobody has.
 *
 * @throws ProtocolError `field-malformed` unless it is 32 or 56 hex digits and a port.
 */
export function parseOffsetMessageId(id: string): { readonly host: HostAddress; readonly physicalOffset: bigint } {
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{56})$/iu.test(id)) {
    throw new ProtocolError('field-malformed', 'an offset message id has 32 or 56 hex digits');
  }
  const bytes = new Uint8Array(id.length / 2).map((_, index) => parseInt(id.slice(index * 2, index * 2 + 2), 16));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const portAt = bytes.length - 12;
  const port = view.getUint32(portAt);
  if (port > 0xffff) throw new ProtocolError('field-malformed', `port ${port} in an offset message id`);
  const host = { host: formatAddress(bytes.subarray(0, portAt)), port };
  return { host, physicalOffset: view.getBigInt64(portAt + 4) };
}

/** What makes a client's keys differ from every other client's. */
export interface UniqueKeyOptions {
  /** The client's IP address, 4 or 16 bytes. @defaultValue four bytes of the clock */
  readonly address?: Uint8Array | undefined;
  /** Only the low 16 bits count. */
  readonly processId: number;
  /** Any value that differs between the clients of one process. Low 32 bits. */
  readonly discriminator: number;
  /** The wall clock, epoch ms. */
  readonly now: () => number;
}

/** A clock that fell back by less than this is waited for; Java draws the same line. Milliseconds. */
const TOLERATED_STEP_MS = 1_000_000;

/** First ms of the local month of `now`, and of the one after. Keys count from the former. */
function monthOf(now: number): { readonly start: number; readonly end: number } {
  const date = new Date(now);
  return {
    start: new Date(date.getFullYear(), date.getMonth(), 1).getTime(),
    end: new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime(),
  };
}

function keyPrefix({ address, processId, discriminator, now }: UniqueKeyOptions): string {
  const bytes = address ?? join([now() | 0]);
  if (bytes.length !== 4 && bytes.length !== 16) {
    throw outOfRange(`an address of ${bytes.length} bytes`, '4 or 16');
  }
  return toHex(join([bytes, word16(processId), discriminator | 0]));
}

/**
 * Makes the keys a producer gives its messages (`UNIQ_KEY`), after `MessageClientIDSetter.java`: address, process id,
 * discriminator, ms since the local month began, and a counter.
 *
 * Keys of one generator are unique within a month: when the clock steps back a little, the last time is kept; when the
 * 16-bit counter is used up within a millisecond, the time moves on by one.
 *
 * @returns a function that gives 32 (IPv4) or 56 (IPv6) upper-case hex digits per call.
 * @throws UsageError `value-out-of-range` when `address` has another length than 4 or 16.
 */
export function uniqueKeyGenerator(options: UniqueKeyOptions): () => string {
  const prefix = keyPrefix(options);
  let month = monthOf(options.now());
  let elapsed = -1;
  let prefixAndTime = '';
  let counter = 0;
  let left = 0;
  return () => {
    const now = Math.floor(options.now());
    if (now >= month.end || now < month.start - TOLERATED_STEP_MS) {
      month = monthOf(now);
      elapsed = -1;
    }
    let next = Math.max(0, now - month.start);
    if (next < elapsed && elapsed - next < TOLERATED_STEP_MS) next = elapsed;
    if (next === elapsed && left === 0) next += 1;
    if (next !== elapsed) {
      elapsed = next;
      prefixAndTime = prefix + toHex(join([next]));
      left = 0x1_0000;
    }
    left -= 1;
    counter = (counter + 1) & 0xffff;
    return prefixAndTime + hex16(counter);
  };
}
