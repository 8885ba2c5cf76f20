import { decodeUtf8 } from '@rmq/protocol/bytes';
import type { Slab } from '../core/slab.ts';

/** A message from a queue: it has left it for good. */
export interface MqmqMessage {
  /** The caller's own: a part of its `buffer`, so take `byteOffset` and `byteLength` along. */
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
export function messageOf(value: Uint8Array, bodies: Slab): MqmqMessage {
  return new Message(bodies.copyOf(value));
}
