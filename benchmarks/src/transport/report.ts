import type { Cost, Findings, Sizes } from './task.ts';

/** One contender's runs. */
export interface Compared {
  readonly name: string;
  readonly runs: readonly Findings[];
}

/** One column: what is shown, and whether more is better. */
interface Figure {
  readonly heading: string;
  readonly of: (runs: readonly Findings[]) => number;
  readonly show: (value: number) => string;
  /** Of ratios: ours by theirs for rates, and the same the other way round for costs, so that more is always better. */
  readonly moreIsBetter: boolean;
}

const GIB = 2 ** 30;

/** A table for people, in Markdown; below each of the others, how the first one compares. Above 1 the first is better. */
export function table(compared: readonly Compared[], sizes: Sizes): string {
  const [ours, ...others] = compared;
  const figures = figuresOf(
    sizes,
    (ours?.runs ?? []).some(({ betweenIdleBytes }) => betweenIdleBytes !== 0),
  );
  const row = ({ name, runs }: Compared): string => line([name, ...figures.map(({ of, show }) => show(of(runs)))]);
  const ratios = (theirs: Compared): string => {
    const cells = figures.map(({ of, moreIsBetter }) => {
      const [first, other] = [of(ours?.runs ?? []), of(theirs.runs)];
      return `**${(moreIsBetter ? first / other : other / first).toFixed(2)}**`;
    });
    return line([`ratio to ${theirs.name}`, ...cells]);
  };
  const head = [line(['', ...figures.map(({ heading }) => heading)]), line(['---', ...figures.map(() => '---:')])];
  return [...head, ...compared.map(row), ...others.map(ratios)].join('\n');
}

function figuresOf(sizes: Sizes, between: boolean): readonly Figure[] {
  const rate = (heading: string, job: 'send' | 'receive'): Figure => ({
    heading: `${heading} MiB/s`,
    of: (runs) => sizes.bytes / 2 ** 20 / least(runs, (run) => run[job].seconds),
    show: thousands,
    moreIsBetter: true,
  });
  const cost = (heading: string, job: 'send' | 'receive'): Figure => ({
    heading: `${heading} CPU s/GiB`,
    of: (runs) => (median(runs.map((run) => cpuOf(run[job], between))) * GIB) / sizes.bytes,
    show: (value) => value.toFixed(2),
    moreIsBetter: false,
  });
  return [
    rate('sending', 'send'),
    cost('sending', 'send'),
    rate('receiving', 'receive'),
    cost('receiving', 'receive'),
    {
      heading: 'round trips/s',
      of: (runs) => sizes.roundTrips / least(runs, (run) => run.roundTrips.seconds),
      show: thousands,
      moreIsBetter: true,
    },
    {
      heading: 'CPU µs each',
      of: (runs) => (median(runs.map((run) => cpuOf(run.roundTrips, between))) * 1e6) / sizes.roundTrips,
      show: (value) => value.toFixed(1),
      moreIsBetter: false,
    },
    {
      heading: 'bytes/idle connection',
      of: (runs) => median(runs.map((run) => (between ? run.betweenIdleBytes : run.idleBytes))),
      show: thousands,
      moreIsBetter: false,
    },
  ];
}

/** Where there is a proxy, that is what is compared. */
function cpuOf({ cpuSeconds, betweenCpuSeconds }: Cost, between: boolean): number {
  return between ? betweenCpuSeconds : cpuSeconds;
}

/** Other work on the machine can only make a run slower. CPU is counted for the process alone, so that is a median. */
function least(runs: readonly Findings[], of: (run: Findings) => number): number {
  return Math.min(...runs.map(of));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
