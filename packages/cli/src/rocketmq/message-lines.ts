import { UsageError } from '@rmq/protocol';
import type { OutgoingMessage, ReceivedMessage } from '@rmq/client/rocketmq';

/** How messages stand on stdin and stdout: the body alone, or one JSON object a line. */
export const formats = ['text', 'jsonl'] as const;
/** One of {@link formats}. */
export type Format = (typeof formats)[number];

/** What the command line says about every message; a JSON line overrides it field by field. */
export type MessageDefaults = Omit<OutgoingMessage, 'body'>;

const jsonFields = {
  body: 'string',
  tags: 'string',
  keys: 'strings',
  properties: 'record',
  delayLevel: 'number',
} as const;

/**
 * Turns one line of stdin into a message.
 * @throws UsageError `line-malformed` when a JSON line is no object with the fields that a message has.
 */
export function parseLine(line: string, format: Format, defaults: MessageDefaults): OutgoingMessage {
  if (format === 'text') return { ...defaults, body: line };
  const fields = jsonObject(line);
  for (const [name, value] of Object.entries(fields)) checkField(name, value);
  return { ...defaults, ...(fields as Pick<OutgoingMessage, 'body'>) };
}

function jsonObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new UsageError('line-malformed', 'not JSON; give one object a line, or --format text', { cause });
  }
  if (typeof value !== 'object' || value === null || !('body' in value)) {
    throw new UsageError('line-malformed', 'expected a JSON object with a `body`, e.g. {"body":"hello","tags":"new"}');
  }
  return value;
}

const isText = (value: unknown): boolean => typeof value === 'string';

const checks = {
  string: isText,
  number: (value: unknown): boolean => Number.isInteger(value),
  strings: (value: unknown): boolean => Array.isArray(value) && value.every(isText),
  record: (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isText),
} as const;

function checkField(name: string, value: unknown): void {
  if (!Object.hasOwn(jsonFields, name)) {
    throw new UsageError('line-malformed', `unknown field \`${name}\`; known: ${Object.keys(jsonFields).join(', ')}`);
  }
  const kind = jsonFields[name as keyof typeof jsonFields];
  if (!checks[kind](value)) throw new UsageError('line-malformed', `\`${name}\` has the wrong type, expected ${kind}`);
}

/** One received message as a line of output, without the line break. */
export function formatMessage(message: ReceivedMessage, format: Format): string {
  if (format === 'text') return message.text();
  return JSON.stringify({
    topic: message.topic,
    body: message.text(),
    tags: message.tags,
    keys: message.keys,
    properties: message.properties,
    messageId: message.messageId,
    queue: message.queue,
    offset: message.offset.toString(),
    bornTimestamp: message.bornTimestamp,
    reconsumeTimes: message.reconsumeTimes,
  });
}
