import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { compressionOf, isInnerBatch, sysFlags, unwrapInnerBatch } from '@rmq/protocol/rocketmq/messages';
import type { Instance } from '../instance.ts';

/** Whether the body needs work before it can be shown. */
export function isCompressed(message: StoredMessage): boolean {
  return (message.sysFlag & sysFlags.compressed) !== 0;
}

/** The decompressed body. At once if the codec is synchronous. Throws or rejects with whatever the codec does. */
export function openBody(
  instance: Instance,
  message: StoredMessage,
  limits: { readonly maxBytes: number },
): Uint8Array | Promise<Uint8Array> {
  const type = compressionOf(message.sysFlag, message.body);
  return type === undefined ? message.body : instance.compression(type).decompress(message.body, limits);
}

/** Whether any of these holds several messages. Rare: only topics of the batch kind store them so. */
export function holdsBatches(messages: readonly StoredMessage[]): boolean {
  return messages.some((message) => isInnerBatch(message.sysFlag));
}

/**
 * Takes inner batches apart. One that cannot be read stays whole, and later fails as a message that cannot be opened:
 * it must not get lost.
 */
export async function unwrapBatches(
  instance: Instance,
  messages: readonly StoredMessage[],
  limits: { readonly maxBytes: number },
): Promise<StoredMessage[]> {
  const all: StoredMessage[] = [];
  for (const message of messages) {
    if (!isInnerBatch(message.sysFlag)) {
      all.push(message);
      continue;
    }
    try {
      const body = await openBody(instance, message, limits);
      for (const part of unwrapInnerBatch(message, body)) all.push(part);
    } catch {
      all.push(message);
    }
  }
  return all;
}
