/** What Deno says in words only, and what Node says for it. First match counts. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^(NotCapable|PermissionDenied):/, 'ERR_ACCESS_DENIED'],
  [/Temporary failure in name resolution|try again/i, 'EAI_AGAIN'],
  [/lookup address information|No resolved address|invalid host/i, 'ENOTFOUND'],
];

/**
 * An error as the texts that all adapters share want it: with POSIX's or OpenSSL's word in `code`. Deno has one for some
 * errors only; the others are put into a new error, which has Deno's own as its cause.
 */
export function worded(cause: unknown): unknown {
  if (!(cause instanceof Error) || ('code' in cause && cause.code !== undefined)) return cause;
  const said = `${cause.name}: ${cause.message}`;
  const code = words.find(([pattern]) => pattern.test(said))?.[1];
  return code === undefined ? cause : coded(code, cause.message, cause);
}

/** An error with such a word. */
export function coded(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}
