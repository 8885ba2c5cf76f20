import { type Column, columns, lacks } from '../../src/matrix/column.ts';
import { planOf } from '../../src/matrix/plan.ts';
import type { Outcome } from '../../src/matrix/run-column.ts';
import { type Suite, suite } from '../../src/matrix/suite.ts';
import { suites } from '../../src/matrix/suites.ts';
import { print, type Results } from '../../src/matrix/table.ts';

const made = (id: string, names: readonly string[], more: Partial<Parameters<typeof suite>[0]> = {}): Suite =>
  suite({
    id,
    title: `title of ${id}`,
    cases: names.map((name) => ({ name, run: () => Promise.resolve() })),
    prepare: () => ({ state: undefined }),
    ...more,
  });

/** An outcome in which only these cases failed, or were not reached. */
const outcome = (failed: readonly string[] = [], unreached: readonly string[] = []): Outcome => ({
  failure: undefined,
  of: (id, name) =>
    unreached.includes(name) ? undefined : { suite: id, name, ok: !failed.includes(name), ms: 1, failure: undefined },
});

const [node, , , , , , page] = columns as readonly [Column, ...Column[]];
const results = (given: Partial<Results>): Results => ({
  suites: [made('a', ['one', 'two', 'three'])],
  columns: [node],
  outcomeOf: () => outcome(),
  missing: () => undefined,
  ...given,
});

describe('the table of the matrix', () => {
  it('says how many cases passed', () => {
    expect(print(results({}), 'text')).toBe('            Node 20\ntitle of a  3 ✓');
  });

  it('says how many did not, those that were not reached included', () => {
    expect(print(results({ outcomeOf: () => outcome(['one'], ['two']) }), 'text')).toContain('2 ✗ of 3');
    expect(print(results({ outcomeOf: () => undefined }), 'text')).toContain('3 ✗ of 3');
  });

  it('has a foot-note for what a platform cannot do, once for all that it concerns', () => {
    const wet = ['b', 'c'].map((id) => made(id, ['one'], { abilities: ['sockets'] }));
    const text = print(results({ suites: wet, columns: [node, page ?? node] }), 'text');
    expect(text.split('\n').slice(1)).toEqual([
      'title of b  1 ✓      – ¹',
      'title of c  1 ✓      – ¹',
      '',
      `¹ ${lacks.page.sockets ?? ''}`,
    ]);
  });

  it('has one for what this machine does not have', () => {
    expect(print(results({ missing: () => 'not available: Bun' }), 'text')).toMatch(/– ¹\n\n¹ not available: Bun$/);
  });

  it('is Markdown if wanted', () => {
    expect(print(results({}), 'markdown')).toBe('|  | Node 20 |\n| --- | :--- |\n| title of a | 3 ✓ |');
  });
});

describe('the plan of the matrix', () => {
  it('names each suite, and each case of a suite, once', () => {
    expect(new Set(suites.map(({ id }) => id)).size).toBe(suites.length);
    for (const { cases } of suites) expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('has something of every suite to do on Node, and nothing of TCP in a page', () => {
    for (const each of suites) expect(planOf(each, node).cases.length).toBeGreaterThan(0);
    for (const each of suites.filter(({ id }) => /^(tcp|tls|mtls)/.test(id))) {
      expect(planOf(each, page ?? node).cases).toEqual([]);
    }
  });
});
