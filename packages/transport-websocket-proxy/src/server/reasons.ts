import type { ClosingName } from '../protocol.ts';

/** What events and metrics call a way to close, when it came before the target was connected. */
export const reasons = {
  end: 'ended',
  draining: 'draining',
  textMessage: 'text-message',
  policy: 'policy',
  messageTooBig: 'message-too-big',
  internalError: 'internal-error',
  aborted: 'aborted',
  protocolBroken: 'protocol-broken',
  targetNotAllowed: 'target-not-allowed',
  nameNotResolved: 'name-not-resolved',
  targetTimeout: 'target-timeout',
  idle: 'idle',
  targetTlsFailed: 'target-tls-failed',
  targetReset: 'target-reset',
  targetFailed: 'target-failed',
  targetRefused: 'target-refused',
  targetUnreachable: 'target-unreachable',
} as const;
reasons satisfies Readonly<Record<ClosingName, string>>;
