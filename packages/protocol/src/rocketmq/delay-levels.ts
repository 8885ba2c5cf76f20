import { UsageError } from '../errors.ts';

/** A broker's default `messageDelayLevel`: level 1 is the first entry. */
export const defaultDelayLevels = '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h';

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The delays of a table such as `1s 5s 10s`, in milliseconds; the first entry is level 1.
 *
 * @throws UsageError `value-out-of-range` on anything but numbers with one of the units s, m, h, d.
 */
export function parseDelayLevels(table: string = defaultDelayLevels): readonly number[] {
  const levels = table.trim().split(/\s+/u);
  return levels.map((text) => {
    const [, digits, unit] = /^(\d{1,9})([smhd])$/u.exec(text) ?? [];
    if (digits === undefined || unit === undefined) {
      throw new UsageError('value-out-of-range', `delay level "${text}" is not a number followed by s, m, h or d`);
    }
    return Number(digits) * (unitMs[unit] ?? 0);
  });
}

/**
 * How long a message with this `DELAY` level waits. Milliseconds; 0 when the level is 0 or less.
 *
 * A level above the table's last is cut to it, as brokers do.
 */
export function delayOfLevel(level: number, levels: readonly number[]): number {
  return level <= 0 ? 0 : (levels[Math.min(level, levels.length) - 1] ?? 0);
}
