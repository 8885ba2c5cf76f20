/** What was given to a command, or what is wrong with it. */
export interface Flags {
  /** By name, as given; the last of several counts. */
  readonly values: Readonly<Partial<Record<string, string>>>;
  /** What stands behind the flags. */
  readonly rest: readonly string[];
  /** What is wrong, in the words of Go's flag package; undefined when help was asked for. */
  readonly problem?: string | undefined;
  /** Nothing can be done but to print the usage. */
  readonly isUsage: boolean;
}

const HELP: readonly string[] = ['h', 'help'];

/**
 * Reads flags as Go's flag package does, which commander cannot: one dash or two, `-name value` or `-name=value`, up to
 * the first word that is none.
 */
export function readFlags(args: readonly string[], known: readonly string[]): Flags {
  const values: Partial<Record<string, string>> = {};
  const wrong = (problem?: string): Flags => ({ values, rest: [], problem, isUsage: true });
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const isEnd = word === '--';
    if (isEnd || !word.startsWith('-') || word === '-') {
      return { values, rest: args.slice(isEnd ? at + 1 : at), isUsage: false };
    }
    const { name, value } = split(word);
    if (name === undefined) return wrong(`bad flag syntax: ${word}`);
    if (!known.includes(name))
      return wrong(HELP.includes(name) ? undefined : `flag provided but not defined: -${name}`);
    if (value === undefined) at += 1;
    const given = value ?? args[at];
    if (given === undefined) return wrong(`flag needs an argument: -${name}`);
    values[name] = given;
  }
  return { values, rest: [], isUsage: false };
}

/** @returns no name for what cannot be one, e.g. `---x` or `-=x` */
function split(word: string): { readonly name?: string; readonly value?: string } {
  const [, name, value] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  return { ...(name !== undefined && { name }), ...(value !== undefined && { value }) };
}
