/** A row of what mqadmin printed, by the names of the columns. */
export type Row = Readonly<Record<string, string>>;

/**
 * Reads one of the tables in what mqadmin printed: a line of names with a `#` each, then rows up to an empty line.
 *
 * Columns are told apart by spaces only, so a row is right up to its first value that has one inside (a time, say).
 * @param firstColumn - the name of the first column, which tells the table.
 * @throws Error that shows the text when there is no such table: mqadmin reports failures as text.
 */
export function readTable(text: string, firstColumn: string): readonly Row[] {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.startsWith(`#${firstColumn} `));
  if (at < 0) throw new Error(`no table with ${firstColumn} in: ${text}`);
  const [header = '', ...rest] = lines.slice(at);
  const names = header
    .split('#')
    .slice(1)
    .map((name) => name.trim());
  const end = rest.findIndex((line) => line.trim() === '');
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => {
    const values = line.trim().split(/\s+/);
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
}
