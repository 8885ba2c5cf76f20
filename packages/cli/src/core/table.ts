import Table from 'cli-table3';

/** What a cell can hold; numbers and bigints are aligned to the right. */
export type Cell = string | number | bigint | undefined;

/** Rows under headings, as text for a person. An absent value shows as `-`. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = head.map((_, column) =>
    rows.some((row) => typeof row[column] !== 'string' && row[column] !== undefined),
  );
  const drawn = new Table({
    head: [...head],
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) drawn.push(row.map((cell) => (cell === undefined ? '-' : String(cell))));
  return drawn.toString();
}
