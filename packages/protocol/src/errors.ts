const BRAND = Symbol.for('@rmq/error');

/** What else an error may know. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** Where in the bytes, if it is about bytes. */
  readonly offset?: number | undefined;
}

/** The root of all errors of these packages: tell them apart by `code`, which is stable, not by their text. */
export class RmqError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly offset: number | undefined;

  constructor(code: Code, message: string, { cause, offset }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.offset = offset;
    // Marks errors across copies of this package, where `instanceof` fails.
    Object.defineProperty(this, BRAND, { value: true });
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** How a peer, or bytes, broke the protocol. */
export type ProtocolErrorCode =
  | 'short-read'
  | 'frame-too-large'
  | 'header-too-large'
  | 'frame-malformed'
  | 'truncated'
  | 'header-malformed'
  | 'serialize-type-unknown'
  | 'utf8-invalid'
  | 'body-malformed'
  | 'message-malformed'
  | 'crc-mismatch'
  | 'field-missing'
  | 'field-malformed'
  | 'peer-unexpected'
  | 'version-refused'
  | 'method-unknown'
  | 'frame-unexpected'
  | 'body-too-large'
  | 'nesting-too-deep';

/** The peer or the codec broke the protocol. */
export class ProtocolError extends RmqError<ProtocolErrorCode> {}

/** What callers can do wrong. */
export type UsageErrorCode =
  | 'value-out-of-range'
  | 'field-missing'
  | 'field-unknown'
  | 'code-too-large'
  | 'name-invalid'
  | 'body-empty'
  | 'body-too-large'
  | 'properties-too-large'
  | 'property-invalid'
  | 'batch-invalid'
  | 'value-unsupported'
  | 'uri-invalid';

/** The caller's mistake: never retry. Packages above add codes of their own. */
export class UsageError<Code extends string = UsageErrorCode> extends RmqError<Code> {}

/** Whether it is one of our errors, maybe of a certain code. Works across copies of this package. */
export function isRmqError(error: unknown, code?: string): error is RmqError {
  if (!(error instanceof Error) || !Object.hasOwn(error, BRAND)) return false;
  return code === undefined || ('code' in error && error.code === code);
}
