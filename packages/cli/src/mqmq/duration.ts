/** Units of a time, in milliseconds. */
const units: Readonly<Partial<Record<string, number>>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** The protocol waits no longer. Milliseconds. */
const MAX_MS = 3_600_000;

/** A time such as `500ms`, `1.5s`, `2m` or `1h`, in whole milliseconds; undefined for anything else, or more than an hour. */
export function millisecondsOf(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Math.trunc(Number(number) * (units[unit] ?? Number.NaN));
  return ms <= MAX_MS ? ms : undefined;
}
