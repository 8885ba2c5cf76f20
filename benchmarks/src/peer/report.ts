import type { Row } from './rounds.ts';

/**
 * A table for people, in Markdown: the median of each figure, its range, and the ratio of CPU to the first row's.
 * @param heading - of the first column: `Sending`.
 */
export function table(heading: string, rows: readonly Row[]): string {
  const ours = median(rows[0]?.runs.map(({ cpuMicros }) => cpuMicros) ?? []);
  const lines = rows.map(({ name, runs }) => {
    const cpu = runs.map(({ cpuMicros }) => cpuMicros);
    const rates = runs.map(({ perSecond }) => perSecond);
    const range = `${Math.min(...cpu).toFixed(1)}–${Math.max(...cpu).toFixed(1)}`;
    const cells = [name, thousands(median(rates)), median(cpu).toFixed(1), range, (ours / median(cpu)).toFixed(2)];
    return `| ${cells.join(' | ')} |`;
  });
  const head = `| ${heading} | messages/s | CPU µs/message | range | ours ÷ this |\n| --- | ---: | ---: | ---: | ---: |`;
  return [head, ...lines].join('\n');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
