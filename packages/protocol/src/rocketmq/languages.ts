/** Who wrote a frame, by the byte of the binary header (`LanguageCode.java`). The JSON header holds the name. */
export const languages = {
  JAVA: 0,
  CPP: 1,
  DOTNET: 2,
  PYTHON: 3,
  DELPHI: 4,
  ERLANG: 5,
  RUBY: 6,
  OTHER: 7,
  HTTP: 8,
  GO: 9,
  PHP: 10,
  OMS: 11,
  RUST: 12,
  NODE_JS: 13,
} as const;

/** A language of the table. */
export type Language = keyof typeof languages;

const names = Object.keys(languages) as readonly Language[];

/** The language of a byte; undefined for one that this table does not know, as in Java. */
export function languageOf(byte: number): Language | undefined {
  return names[byte];
}

/** Whether a name is in the table. */
export function isLanguage(name: string): name is Language {
  return Object.hasOwn(languages, name);
}
