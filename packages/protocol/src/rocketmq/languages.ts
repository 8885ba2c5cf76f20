/** Who wrote a frame (`LanguageCode.java`): the JSON header holds the name, the binary header its place here. */
export const languages = [
  'JAVA',
  'CPP',
  'DOTNET',
  'PYTHON',
  'DELPHI',
  'ERLANG',
  'RUBY',
  'OTHER',
  'HTTP',
  'GO',
  'PHP',
  'OMS',
  'RUST',
  'NODE_JS',
] as const;

/** A language of the table. */
export type Language = (typeof languages)[number];

/** The language a header names, by its name or its place; undefined for one that the table lacks, as in Java. */
export function languageOf(value: unknown): Language | undefined {
  return typeof value === 'number' ? languages[value] : languages.find((name) => name === value);
}
