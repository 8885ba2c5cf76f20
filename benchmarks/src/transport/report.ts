import type { Cost, Findings, Sizes } from './task.ts';

/** One contender's runs, one in each round. */
export interface Compared {
  readonly name: string;
  readonly runs: readonly Findings[];
}

/** One column: what is shown, and whether more is better. */
interface Figure {
  readonly heading: string;
  readonly of: (run: Findings) => number;
  readonly show: (value: number) => string;
  /** Of ratios: ours by theirs for rates, and the same the other way round for costs, so that more is always better. */
  readonly moreIsBetter: boolean;
}

const GIB = 2 ** 30;

/**
 * A table for people, in Markdown: medians; below each of the others, how the first one compares, above 1 being better.
 * That is the median of the rounds' ratios: what slows the machine down for a while slows both.
 */
export function table(compared: readonly Compared[], sizes: Sizes): string {
  const [ours, ...others] = compared;
  const figures = figuresOf(
    sizes,
    (ours?.runs ?? []).some(({ betweenIdleBytes }) => betweenIdleBytes !== 0),
  );
  const row = ({ name, runs }: Compared): string =>
    line([name, ...figures.map(({ of, show }) => show(median(runs.map(of))))]);
  const ratios = (theirs: Compared): string => {
    const cells = figures.map(({ of, moreIsBetter }) => {
      const pairs = theirs.runs.map((run, round) => [of(ours?.runs[round] ?? run), of(run)] as const);
      return `**${median(pairs.map(([first, other]) => (moreIsBetter ? first / other : other / first))).toFixed(2)}**`;
    });
    return line([`ratio to ${theirs.name}`, ...cells]);
  };
  const head = [line(['', ...figures.map(({ heading }) => heading)]), line(['---', ...figures.map(() => '---:')])];
  return [...head, ...compared.map(row), ...others.map(ratios)].join('\n');
}

function figuresOf(sizes: Sizes, between: boolean): readonly Figure[] {
  const rate = (heading: string, job: 'send' | 'receive'): Figure => ({
    heading: `${heading} MiB/s`,
    of: (run) => sizes.bytes / 2 ** 20 / run[job].seconds,
    show: thousands,
    moreIsBetter: true,
  });
  const cost = (heading: string, job: 'send' | 'receive'): Figure => ({
    heading: `${heading} CPU s/GiB`,
    of: (run) => (cpuOf(run[job], between) * GIB) / sizes.bytes,
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
      of: (run) => sizes.roundTrips / run.roundTrips.seconds,
      show: thousands,
      moreIsBetter: true,
    },
    {
      heading: 'CPU µs each',
      of: (run) => (cpuOf(run.roundTrips, between) * 1e6) / sizes.roundTrips,
      show: (value) => value.toFixed(1),
      moreIsBetter: false,
    },
    {
      heading: 'bytes/idle connection',
      of: (run) => (between ? run.betweenIdleBytes : run.idleBytes),
      show: thousands,
      moreIsBetter: false,
    },
  ];
}

/** Where there is a proxy, that is what is compared. */
function cpuOf({ cpuSeconds, betweenCpuSeconds }: Cost, between: boolean): number {
  return between ? betweenCpuSeconds : cpuSeconds;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
