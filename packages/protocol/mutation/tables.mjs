/** Tables that a test compares, entry by entry, with an extract of upstream's: a mutant of an entry says nothing more. */
const tables = new Map([
  ['commands', 'tables.test.ts'],
  ['headers', 'tables.test.ts'],
  ['responseCodes', 'tables.test.ts'],
]);

/** Stryker's way to ask; a mutant inside is counted as ignored, with this reason. */
export const ignoreTables = {
  shouldIgnore: (path) => {
    const { node } = path;
    const test = node.type === 'VariableDeclarator' ? tables.get(node.id.name) : undefined;
    return test && `${node.id.name} is compared with upstream's in ${test}`;
  },
};
