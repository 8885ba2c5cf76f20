/** The largest delay timers and sockets take. Milliseconds. */
const max = 2 ** 31 - 1;

/** Checks one number option: an integer from `min` to 2^31-1. */
export function within(name: string, value: number, min: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} is ${value.toString()}: give an integer from ${min.toString()} to ${max.toString()}`);
}
