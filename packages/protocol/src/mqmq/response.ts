import type { FrameDecoder } from '../bytes/frame-decoder.ts';
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { ProtocolError } from '../errors.ts';
import { decoderOf, type Frame, LENGTH_BYTES } from './frame.ts';

/** What a server answers. */
export type Response =
  /** `value` is the message of a Get, or the JSON of an Info. */
  | { readonly type: 'OK'; readonly value?: Uint8Array | undefined }
  /** No message came in time. */
  | { readonly type: 'Timeout' }
  /** `error` is a {@link RequestError}, or what a newer server may say. */
  | { readonly type: 'Error'; readonly error: string };

/** The frame of a response. */
export function responseFrame(response: Response): Frame {
  const { type } = response;
  if (type === 'Error') return [type, encodeUtf8(response.error)];
  return type === 'Timeout' || response.value === undefined ? [type] : [type, response.value];
}

/** A decoder for one connection of a client. What no server says is a fault: ProtocolError `frame-malformed`. */
export function responseDecoder(): FrameDecoder<Response> {
  return decoderOf(['OK', 'Timeout', 'Error'], (type, bytes, { first, second }) => {
    const value = first < second ? bytes.subarray(first + LENGTH_BYTES, second) : undefined;
    if (type === 'OK') return { type, value };
    if (type === 'Timeout') return { type };
    if (type === 'Error' && value !== undefined) return { type, error: decodeUtf8(value) };
    throw new ProtocolError('frame-malformed', 'no answer of mqmq');
  });
}
