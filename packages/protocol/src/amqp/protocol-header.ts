import { ProtocolError } from '../errors.ts';

/** Bytes of a protocol header. */
export const GREETING_BYTES = 8;
const AMQP = 0x414d_5150;

/** The eight bytes that a client begins with, or a server refuses with. AMQP 0-9-1 is id 0, major 0, minor 9, revision 1. */
export interface ProtocolHeader {
  readonly type: 'protocolHeader';
  readonly channel: 0;
  readonly id: number;
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
}

/** What a client sends first, AMQP 0-9-1. */
export const protocolHeader: ProtocolHeader = {
  type: 'protocolHeader',
  channel: 0,
  id: 0,
  major: 0,
  minor: 9,
  revision: 1,
};

/** Whether a protocol header begins here rather than a frame. */
export function isGreeting(bytes: Uint8Array, at: number): boolean {
  // The first byte tells frames apart from it: no frame has such a type.
  return bytes[at] === AMQP >>> 24 && word(bytes, at) === AMQP;
}

/**
 * Reads a protocol header.
 * @param isAccepted - false: it is an error that names the version the peer offers
 * @throws ProtocolError `version-refused` or `frame-malformed`
 */
export function readProtocolHeader(bytes: Uint8Array, isAccepted: boolean): ProtocolHeader {
  const [, , , , id, major, minor, revision] = bytes;
  if (revision === undefined || id === undefined || major === undefined || minor === undefined) {
    throw new ProtocolError('frame-malformed', `${bytes.length} bytes are no whole protocol header`);
  }
  if (isAccepted && bytes.length === GREETING_BYTES) {
    return { type: 'protocolHeader', channel: 0, id, major, minor, revision };
  }
  const version = [major, minor, revision].map(String).join('-');
  const what = `AMQP ${version}${id === 0 ? '' : ` with protocol id ${id}`}`;
  throw new ProtocolError('version-refused', `the peer refused AMQP 0-9-1; it offers ${what}`);
}

/** Who else may be at the other end, by its first bytes. */
const strangers: readonly { readonly first: number; readonly mask: number; readonly what: string }[] = [
  { first: 0x1503_0000, mask: 0xffff_0000, what: 'TLS (an alert): the port wants TLS, amqps' },
  { first: 0x1603_0000, mask: 0xffff_0000, what: 'TLS (a handshake), not plain AMQP' },
  { first: 0x4854_5450, mask: 0xffff_ffff, what: 'HTTP' }, // HTTP
  { first: 0x4745_5420, mask: 0xffff_ffff, what: 'HTTP (a GET request)' }, // GET
  { first: 0x504f_5354, mask: 0xffff_ffff, what: 'HTTP (a POST request)' }, // POST
];

/** @throws ProtocolError `peer-unexpected` if it is the beginning of another protocol, `frame-malformed` if not */
export function refuseStranger(bytes: Uint8Array, at: number): never {
  const begin = word(bytes, at);
  const stranger = strangers.find(({ first, mask }) => (begin & mask) >>> 0 === first);
  if (stranger !== undefined) throw new ProtocolError('peer-unexpected', `the peer speaks ${stranger.what}`);
  throw new ProtocolError('frame-malformed', `frame type ${begin >>> 24} is unknown`, { offset: at });
}

function word(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
