/** What the fuzzer has kept, through the sources as they are: here changes of them are seen, by mutation testing, too. */
import { isDeepStrictEqual } from 'node:util';

interface Check {
  readonly same: (actual: unknown, expected: unknown, what: string) => void;
}

// Plain modules, without types, so named by variables.
const folder: string = '../../fuzz';
const { readCorpus } = (await import(`${folder}/corpus.mjs`)) as {
  readCorpus: (name: string) => readonly Uint8Array[];
};

const check: Check = {
  same: (actual, expected, what) => {
    if (!isDeepStrictEqual(actual, expected)) throw new Error(`${what}: not the same again`);
  },
};

it.each(['rocketmq-bodies', 'rocketmq-frames', 'rocketmq-messages', 'rocketmq-texts'])(
  '%s stand their corpus',
  async (name) => {
    const { run } = (await import(`${folder}/targets/${name}.mjs`)) as { run: (bytes: Uint8Array, by: Check) => void };
    const inputs = readCorpus(name);
    expect(inputs.length).toBeGreaterThan(10);
    for (const [index, input] of inputs.entries()) {
      expect(() => run(input, check)).not.toThrow();
      expect(input).toEqual(readCorpus(name)[index]);
    }
  },
);
