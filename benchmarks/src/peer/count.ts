import { InvalidArgumentError } from 'commander';

/** What an option says that counts something. @throws InvalidArgumentError unless it is a whole number above zero */
export function count(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a whole number above zero is expected');
}
