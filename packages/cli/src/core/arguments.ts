import { InvalidArgumentError } from 'commander';

/** A whole number in a range, or the message that says which range. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** A TCP port; 0 lets the system choose one. */
export const port: (text: string) => number = wholeNumber(0, 65_535);

/** Collects an option that may be given several times, or once with commas or semicolons between its values. */
export function several(text: string, earlier: readonly string[] | undefined): readonly string[] {
  const values = text.split(/[;,]/).map((value) => value.trim());
  if (values.includes('')) throw new InvalidArgumentError('an empty value stands in the list.');
  return [...(earlier ?? []), ...values];
}

/** Collects `name=value` pairs; the value may hold further `=`. */
export function pair(
  text: string,
  earlier: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('expected NAME=VALUE.');
  // A computed key makes `__proto__` data like any other name.
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}
