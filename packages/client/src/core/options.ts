import { UsageError } from '@rmq/protocol';

/** Options with every default filled in: all that inner code sees. */
export type Resolved<O> = { readonly [K in keyof O]-?: Exclude<O[K], undefined> };

/** The longest time a timer can take. Milliseconds. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** Checks a whole number. @throws UsageError `value-out-of-range`, naming the option */
export function within(name: string, value: number, range: { readonly min: number; readonly max: number }): number {
  const { min, max } = range;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  const expected = `expected a whole number from ${min.toString()} to ${max.toString()}`;
  throw new UsageError('value-out-of-range', `option ${name} is ${String(value)}: ${expected}`);
}
