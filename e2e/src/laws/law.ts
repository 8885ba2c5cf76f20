/** Something that must hold on every runtime, checked without a test runner. */
export interface Law<Vectors> {
  readonly name: string;
  /** @returns how many cases were looked at; throws for the first that breaks it */
  readonly check: (vectors: Vectors) => number;
}

/** What became of one law on one runtime. */
export interface Verdict {
  readonly name: string;
  readonly cases: number;
  /** Why it does not hold. */
  readonly failure?: string;
}

/** Checks laws one after the other; one that breaks does not hold up the others. */
export function judge<Vectors>(laws: readonly Law<Vectors>[], vectors: Vectors): readonly Verdict[] {
  return laws.map(({ name, check }) => {
    try {
      const cases = check(vectors);
      return cases > 0 ? { name, cases } : { name, cases, failure: 'there was no case' };
    } catch (cause) {
      return { name, cases: 0, failure: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause) };
    }
  });
}

/** @throws Error that shows both, unless they are alike in all their members */
export function alike(seen: unknown, expected: unknown): void {
  const [left, right] = [text(seen), text(expected)];
  if (left !== right) throw new Error(`expected ${right.slice(0, 400)}, not ${left.slice(0, 400)}`);
}

/** Members by name, so that their order does not count; bytes and big numbers in words. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part.toString()}n`;
    if (part instanceof Uint8Array) return [...part].join(' ');
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
