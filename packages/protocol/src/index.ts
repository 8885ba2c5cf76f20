export type { ErrorDetails, ProtocolErrorCode, UsageErrorCode } from './errors.ts';
export { isRmqError, ProtocolError, RmqError, UsageError } from './errors.ts';
