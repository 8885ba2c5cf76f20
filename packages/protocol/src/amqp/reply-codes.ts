/** What a reply code ends by its nature. A failed login is 403 on the connection: trust the method that brings it. */
export type ReplyScope = 'none' | 'channel' | 'connection';

/** Every reply and close code: its name, which RabbitMQ puts in front of its texts, and what it ends. */
export const replyCodes = {
  200: { name: 'REPLY_SUCCESS', scope: 'none' },
  311: { name: 'CONTENT_TOO_LARGE', scope: 'channel' },
  312: { name: 'NO_ROUTE', scope: 'channel' }, // in basic.return only, which ends nothing
  313: { name: 'NO_CONSUMERS', scope: 'channel' },
  320: { name: 'CONNECTION_FORCED', scope: 'connection' },
  402: { name: 'INVALID_PATH', scope: 'connection' },
  403: { name: 'ACCESS_REFUSED', scope: 'channel' },
  404: { name: 'NOT_FOUND', scope: 'channel' },
  405: { name: 'RESOURCE_LOCKED', scope: 'channel' },
  406: { name: 'PRECONDITION_FAILED', scope: 'channel' },
  501: { name: 'FRAME_ERROR', scope: 'connection' },
  502: { name: 'SYNTAX_ERROR', scope: 'connection' },
  503: { name: 'COMMAND_INVALID', scope: 'connection' },
  504: { name: 'CHANNEL_ERROR', scope: 'connection' },
  505: { name: 'UNEXPECTED_FRAME', scope: 'connection' },
  506: { name: 'RESOURCE_ERROR', scope: 'connection' },
  530: { name: 'NOT_ALLOWED', scope: 'connection' },
  540: { name: 'NOT_IMPLEMENTED', scope: 'connection' },
  541: { name: 'INTERNAL_ERROR', scope: 'connection' },
} as const;
replyCodes satisfies Readonly<Record<number, ReplyCode>>;

/** One code of the table. */
export interface ReplyCode {
  readonly name: string;
  readonly scope: ReplyScope;
}

/** What a code means. Undefined: unknown. */
export function replyCode(code: number): ReplyCode | undefined {
  const all: Readonly<Record<number, ReplyCode>> = replyCodes;
  return all[code];
}
