/** Placeholder of this entry point. */
export const placeholder = true;

export type { ErrorDetails, ProtocolErrorCode, UsageErrorCode } from './errors.ts';
export { isRmqError, ProtocolError, RmqError, UsageError } from './errors.ts';
