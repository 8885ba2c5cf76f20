import { UsageError } from '@rmq/protocol';

/** Checks a number among the options: whole, and from 1 to `max`. @throws UsageError `value-out-of-range` */
export function within(option: string, value: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new UsageError('value-out-of-range', `${option} is ${value}: expected a whole number from 1 to ${max}`);
}
