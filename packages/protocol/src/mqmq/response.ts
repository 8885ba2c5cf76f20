import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { ProtocolError } from '../errors.ts';
import { asciiOf, wordOf } from './ascii.ts';
import type { Frame } from './frame.ts';

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

/** Reads a response; what follows the values it needs is ignored, as in Go. @throws ProtocolError `frame-malformed` */
export function readResponse([status, value]: Frame): Response {
  const type = asciiOf(status);
  if (type === 'OK') return { type, value };
  if (type === 'Timeout') return { type };
  if (type === 'Error' && value !== undefined) return { type, error: decodeUtf8(value) };
  throw new ProtocolError('frame-malformed', 'the server sent no answer of mqmq');
}
