/** The package's Jest tests without Jest: declared with its own `describe` and `it`, run one by one where they are. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'expect';
import * as circus from 'jest-circus';

const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
Object.assign(globalThis, { describe, it, test, beforeAll, beforeEach, afterAll, afterEach, expect });

/** Test files below a folder, in an order that is always the same. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .sort();
}

/** All tests of a block, each with its names from the outside in. */
function* testsOf(block, names) {
  // Tests share the sources they were loaded with, not what a hook prepared.
  if (block.hooks.length > 0) throw new Error(`hooks are not run here: ${names.join(' ')}`);
  for (const child of block.children) {
    const path = [...names, child.name];
    if (child.type === 'describeBlock') yield* testsOf(child, path);
    else if (child.mode !== 'skip' && child.mode !== 'todo') yield { id: path.join(' '), run: child.fn };
  }
}

/** Loads sources and tests afresh; `load` is a number not used before. */
export async function loadTests({ folders, except }, load) {
  const tests = [];
  for (const file of folders.flatMap(filesBelow).filter((path) => !except.includes(basename(path)))) {
    circus.resetState();
    await import(`${pathToFileURL(file).href}?load=${load}`);
    const name = file.slice(file.lastIndexOf('test/'));
    for (const each of testsOf(circus.getState().rootDescribeBlock, [name])) tests.push({ ...each, file });
  }
  return tests;
}
