import { decodeUtf8 } from '@rmq/protocol/bytes';

/** A message from a queue: it has left it for good. */
export interface MqmqMessage {
  /** The caller's own. */
  readonly body: Uint8Array;
  /** The body as UTF-8. @throws ProtocolError `utf8-invalid` */
  readonly text: () => string;
}

/** @param value - a view of the chunk it came in */
export function messageOf(value: Uint8Array): MqmqMessage {
  const body = value.slice(); // the view would keep a whole chunk of the socket in memory
  return { body, text: () => decodeUtf8(body) };
}
