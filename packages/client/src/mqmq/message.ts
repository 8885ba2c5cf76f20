import { decodeUtf8 } from '@rmq/protocol/bytes';

/** A message from a queue: it has left it for good. */
export interface MqmqMessage {
  /** The caller's own. */
  readonly body: Uint8Array;
  /** The body as UTF-8. @throws ProtocolError `utf8-invalid` */
  readonly text: () => string;
}

class Message implements MqmqMessage {
  readonly body: Uint8Array;

  constructor(body: Uint8Array) {
    this.body = body;
  }

  text(): string {
    return decodeUtf8(this.body);
  }
}

/** @param value - a view of the chunk it came in: copied, as it would keep a whole chunk of the socket in memory */
export function messageOf(value: Uint8Array): MqmqMessage {
  return new Message(new Uint8Array(value)); // slice() of a Node buffer copies nothing
}
