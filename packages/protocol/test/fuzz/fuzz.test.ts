/** A short run of what `npm run fuzz` does for long, and whether it would find anything. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../fuzz/', import.meta.url));
const planted = fileURLToPath(new URL('planted.mjs', import.meta.url));
let out = '';
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'rmq-fuzz-'));
});
afterAll(() => rm(out, { recursive: true }));

interface Outcome {
  readonly exitCode: number | string;
  readonly text: string;
}

/** In a process of its own, as everybody else runs it: what hangs there does not hang here. */
function fuzz(...options: readonly string[]): Promise<Outcome> {
  const given = [join(folder, 'run.mjs'), '--seed', '1', '--seconds', '100', '--out', out, ...options];
  return new Promise((done) => {
    execFile(process.execPath, given, { timeout: 100_000 }, (error, stdout, stderr) =>
      done({ exitCode: error === null ? 0 : (error.code ?? 'killed'), text: stdout + stderr }),
    );
  });
}

const targets = (await readdir(join(folder, 'targets'))).map((file) => file.replace('.mjs', ''));

describe('The codecs', () => {
  it.each(targets)(
    '%s stand their corpus, and what is made of it',
    async (target) => {
      const corpus = await readFile(join(folder, 'corpus', `${target}.txt`), 'utf8');
      const { exitCode, text } = await fuzz('--target', target, '--inputs', '1000');
      expect({ exitCode, text }).toEqual({ exitCode: 0, text: expect.stringMatching(/branches \d+ of \d+\n$/u) });
      const tried = corpus.split('\n').length - 1 + 1_000;
      expect(text).toContain(`${tried} inputs`);
    },
    120_000,
  );
});

describe('The fuzzer', () => {
  it('is guided to faults behind four bytes in a row, and tells how to see them again', async () => {
    const { exitCode, text } = await fuzz('--target', planted, '--inputs', '1000000', '--seed', '2');
    expect(exitCode).toBe(1);
    const [, target = '', file = ''] = /npm run fuzz -- --target (\S+) --replay (\S+)/u.exec(text) ?? [];
    // Of what it found, the part that matters.
    expect(['type', 'room', 'same', 'keep', 'work']).toContain(await readFile(file, 'utf8'));
    expect(await fuzz('--target', target, '--replay', file)).toMatchObject({ exitCode: 1 });
  }, 120_000);

  it.each([
    ['room', /16777216 bytes were allocated/u],
    ['same', /planted: not the same again/u],
    ['keep', /the input itself: not the same again/u],
    ['work', /over-long: \d+ statements/u],
    ['hang', /over-long: hangs for 1000 ms/u],
  ])('sees the fault behind %s', async (word, message) => {
    const file = join(out, word);
    await writeFile(file, word);
    const { exitCode, text } = await fuzz('--target', planted, '--replay', file, '--patience', '1');
    expect({ exitCode, text }).toEqual({ exitCode: 1, text: expect.stringMatching(message) });
  });
});
