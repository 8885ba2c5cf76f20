import { ProtocolError } from '../errors.ts';

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

/** The first byte of a protocol header, which no frame has. */
export const GREETING_START = 0x41;

/**
 * Reads a protocol header, of which {@link greetingBytes} knows that it is one.
 * @param isAccepted - false: it is an error that names the version the peer offers
 * @throws ProtocolError `version-refused`
 */
export function readProtocolHeader(bytes: Uint8Array, isAccepted: boolean): ProtocolHeader {
  const [, , , , id = 0, major = 0, minor = 0, revision = 0] = bytes;
  if (isAccepted) return { ...protocolHeader, id, major, minor, revision };
  const what = `AMQP ${major}-${minor}-${revision}${id === 0 ? '' : ` with protocol id ${id}`}`;
  throw new ProtocolError('version-refused', `the peer refused AMQP 0-9-1; it offers ${what}`);
}

/** Who else may be at the other end, by its first bytes. */
const strangers = [
  ['\x15\x03', 'TLS (an alert): the port wants TLS, amqps'],
  ['\x16\x03', 'TLS (a handshake), not plain AMQP'],
  ['HTTP', 'HTTP'],
  ['GET ', 'HTTP (a GET request)'],
  ['POST', 'HTTP (a POST request)'],
] as const;

/**
 * The size of what begins with no type of a frame, if it is a protocol header.
 * @throws ProtocolError `peer-unexpected` if it is the beginning of another protocol, `frame-malformed` if not
 */
export function greetingBytes(bytes: Uint8Array, at: number): number {
  const begin = String.fromCharCode(...bytes.subarray(at, at + 4));
  if (begin === 'AMQP') return 8;
  for (const [start, what] of strangers) {
    if (begin.startsWith(start)) throw new ProtocolError('peer-unexpected', `the peer speaks ${what}`);
  }
  throw new ProtocolError('frame-malformed', `frame type ${bytes[at]} is unknown`, { offset: at });
}
