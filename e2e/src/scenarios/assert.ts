// What scenarios check with, in the words of `node:assert/strict`: they also run where there is no Node, in a page too.

/** Fails unless the value is truthy. */
export function ok(value: unknown, message = 'it is not so'): asserts value {
  if (value === false || value === undefined || value === null || value === 0 || value === '') throw new Error(message);
}

/** Fails unless both are the same value. */
export function equal(seen: unknown, expected: unknown, message = 'a value'): void {
  if (!Object.is(seen, expected)) throw new Error(`${message}: expected ${shown(expected)}, not ${shown(seen)}`);
}

/** Fails unless both have the same members, whatever their order; bytes are the same whatever class holds them. */
export function deepEqual(seen: unknown, expected: unknown, message = 'a value'): void {
  const [left, right] = [shown(seen), shown(expected)];
  if (left !== right) throw new Error(`${message}: expected ${right}, not ${left}`);
}

/** Fails unless both are the same bytes. Quick, for megabytes. */
export function sameBytes(seen: Uint8Array, expected: Uint8Array, message = 'bytes'): void {
  equal(seen.byteLength, expected.byteLength, `${message}, their length`);
  const at = expected.findIndex((byte, index) => seen[index] !== byte);
  if (at !== -1) throw new Error(`${message}: the byte at ${at.toString()} is another one`);
}

/** Fails unless the pattern is found. */
export function match(seen: string, pattern: RegExp): void {
  if (!pattern.test(seen)) throw new Error(`expected ${pattern.toString()} in ${shown(seen)}`);
}

/** Fails unless the promise rejects, with an object that has these members (and, of nested ones, at least these). */
export async function rejects(promise: Promise<unknown>, members: object = {}): Promise<void> {
  let reason: unknown;
  try {
    await promise;
  } catch (cause) {
    reason = cause;
  }
  if (reason === undefined) throw new Error(`it did not reject with ${shown(members)}`);
  const problem = lacking(reason, members);
  if (problem !== undefined) throw new Error(`it rejected otherwise: ${problem}`, { cause: reason });
}

/** Which of the expected members is another one. */
function lacking(value: unknown, expected: unknown): string | undefined {
  if (typeof expected !== 'object' || expected === null) {
    return Object.is(value, expected) ? undefined : `expected ${shown(expected)}, not ${shown(value)}`;
  }
  if (typeof value !== 'object' || value === null) return `expected an object, not ${shown(value)}`;
  for (const [name, wanted] of Object.entries(expected)) {
    const problem = lacking(Reflect.get(value, name), wanted);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}

/** In words that show every difference: of types as well, and of members by their names. */
function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value.toString()}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Date) return `date ${value.getTime().toString()}`;
  if (value instanceof Uint8Array) return `bytes ${[...value].join(' ')}`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{ ${members.map(([name, member]) => `${name}: ${shown(member)}`).join(', ')} }`;
}
