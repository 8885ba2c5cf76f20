import { UsageError } from '@rmq/protocol';
import { batchItemBytes, isRetryTopic } from '@rmq/protocol/rocketmq/messages';
import type { OutgoingMessage, Prepared } from './outgoing-message.ts';
import type { SendResult } from './send-result.ts';

/** What the error of a batch says besides when several requests were needed and one that was not the first failed. */
export interface BatchFailure {
  /** Where the messages went that the requests before brought, from the first one on. Send the others again. */
  readonly stored: readonly SendResult[];
}

/** Checks that messages can share a request with the first. @throws UsageError `batch-invalid` */
export function checkBatch(messages: readonly OutgoingMessage[], first: OutgoingMessage): void {
  if (isRetryTopic(first.topic)) throw invalid(`topic ${first.topic} takes no batches: send its messages alone`);
  for (const [index, { topic, delayLevel, waitStored = true }] of messages.entries()) {
    const which = `message ${index.toString()}`;
    if (topic !== first.topic) throw invalid(`a batch has one topic: ${which} is for ${topic}, not ${first.topic}`);
    if (delayLevel !== undefined) throw invalid(`${which} is delayed, so it cannot be part of a batch: send it alone`);
    if (waitStored !== (first.waitStored ?? true))
      throw invalid(`all messages of a batch have the same waitStored: ${which} differs from the first`);
  }
}

/**
 * As many messages per request as fit into the largest body a broker takes; brokers judge the encoded size.
 * @throws UsageError `body-too-large` when one does not fit alone
 */
export function splitBatch(items: readonly Prepared[], maxBytes: number): readonly (readonly Prepared[])[] {
  let part: Prepared[] = [];
  let bytes = 0;
  const parts = [part];
  for (const [index, item] of items.entries()) {
    const size = batchItemBytes(item);
    if (size > maxBytes) throw tooLarge(index, size, maxBytes);
    if (bytes + size > maxBytes) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    part.push(item);
    bytes += size;
  }
  return parts;
}

/** Where each message of a request went: a broker tells the first offset, and all ids with commas between. */
export function batchResults(part: readonly Prepared[], result: SendResult): readonly SendResult[] {
  const ids = result.offsetMessageId.split(',');
  return part.map(({ messageId }, index) => ({
    ...result,
    messageId,
    offsetMessageId: ids[index] ?? result.offsetMessageId,
    offset: result.offset + BigInt(index),
  }));
}

function invalid(message: string): UsageError {
  return new UsageError('batch-invalid', message);
}

function tooLarge(index: number, size: number, maxBytes: number): UsageError {
  const item = `message ${index.toString()} of the batch takes ${size.toString()} bytes with its properties`;
  const limit = `the limit is ${maxBytes.toString()}: send it alone, or raise maxMessageBytes here and at the broker`;
  return new UsageError('body-too-large', `${item}, ${limit}`);
}
