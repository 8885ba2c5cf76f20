import { decodeUtf8, encodeUtf8 } from '../../bytes/utf8.ts';
import { ProtocolError, UsageError } from '../../errors.ts';

declare const btoa: (characters: string) => string;
declare const atob: (text: string) => string;

/** What takes a timer message back before it is delivered (`RecallMessageHandle.java`). */
export interface RecallHandle {
  readonly topic: string;
  /** Who holds the message: RECALL_MESSAGE goes there. */
  readonly brokerName: string;
  /** When it would be delivered, and one. Milliseconds since the epoch. */
  readonly deliverTime: bigint;
  readonly uniqueKey: string;
}

const VERSION = 'v1';

/** The text of a handle. @throws UsageError `name-invalid` for a part that is empty or has a space in it */
export function formatRecallHandle({ topic, brokerName, deliverTime, uniqueKey }: RecallHandle): string {
  const parts = [topic, brokerName, deliverTime.toString(), uniqueKey];
  const wrong = parts.find((part) => part === '' || part.includes(' '));
  if (wrong !== undefined) {
    throw new UsageError('name-invalid', `"${wrong}" cannot be part of a recall handle: spaces separate its parts`);
  }
  const bytes = encodeUtf8([VERSION, ...parts].join(' '));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/** Takes a handle apart. @throws ProtocolError `field-malformed` or `utf8-invalid` */
export function parseRecallHandle(text: string): RecallHandle {
  const [version, topic = '', brokerName = '', time = '', uniqueKey = '', ...more] = characters(text).split(' ');
  const isWhole = version === VERSION && more.length === 0 && /^\d{1,18}$/.test(time);
  if (!isWhole || topic === '' || brokerName === '' || uniqueKey === '') throw malformed();
  return { topic, brokerName, deliverTime: BigInt(time), uniqueKey };
}

function characters(text: string): string {
  let binary: string;
  try {
    binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch (cause) {
    throw malformed(cause);
  }
  return decodeUtf8(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

function malformed(cause?: unknown): ProtocolError {
  return new ProtocolError('field-malformed', 'not a recall handle of version 1', { cause });
}
