import type { Writer } from '../bytes/writer.ts';
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { ProtocolError } from '../errors.ts';
import { asciiOf, wordOf } from './ascii.ts';
import { checkedLength, type Frame, LENGTH_BYTES } from './frame.ts';

/** What a server answers. */
export type Response =
  /** `value` is the message of a Get, or the JSON of an Info. */
  | { readonly type: 'OK'; readonly value?: Uint8Array | undefined }
  /** No message came in time. */
  | { readonly type: 'Timeout' }
  /** `error` is a {@link RequestError}, or what a newer server may say. */
  | { readonly type: 'Error'; readonly error: string };

/** The values of a response. */
export function responseFrame(response: Response): Frame {
  const { type } = response;
  if (type === 'Error') return [wordOf(type), encodeUtf8(response.error)];
  const value = type === 'OK' ? response.value : undefined;
  return value === undefined ? [wordOf(type)] : [wordOf(type), value];
}

/** Writes the frame of an `OK` with a value behind what a writer holds already: the answer to a Get, at half the cost. */
export function writeOk(writer: Writer, value: Uint8Array): void {
  const word = wordOf('OK');
  const { byteLength } = value;
  writer.u32(checkedLength(2 * LENGTH_BYTES + word.byteLength + byteLength));
  writer.u32(word.byteLength).bytes(word).u32(byteLength).bytes(value);
}

/** Reads a response; what follows the values it needs is ignored, as in Go. @throws ProtocolError `frame-malformed` */
export function readResponse([status, value]: Frame): Response {
  const type = asciiOf(status);
  if (type === 'OK') return { type, value };
  if (type === 'Timeout') return { type };
  if (type === 'Error' && value !== undefined) return { type, error: decodeUtf8(value) };
  throw new ProtocolError('frame-malformed', 'the server sent no answer of mqmq');
}
