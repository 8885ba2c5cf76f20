/** A short run of what `npm run fuzz` does for long: the same inputs every time, the seeds themselves first. */
type Target = (bytes: Uint8Array) => void;
type Random = (below: number) => number;

// Plain modules, as the long run needs no build of its own; named by a variable, as they come without types.
const folder: string = '../../fuzz';
const targets = (await import(`${folder}/targets.mjs`)) as Readonly<Record<string, Target>>;
const { seeds } = (await import(`${folder}/seeds.mjs`)) as { seeds: (target: string) => readonly Uint8Array[] };
const { mutated, randomOf } = (await import(`${folder}/mutations.mjs`)) as {
  mutated: (seeds: readonly Uint8Array[], random: Random) => Uint8Array;
  randomOf: (seed: number) => Random;
};

const INPUTS = 1_000;

it.each(Object.entries(targets))('%s take seeds, and what random changes make of them', (name, target) => {
  const inputs = seeds(name);
  expect(inputs.length).toBeGreaterThan(10);
  for (const seed of inputs) target(seed);
  const random = randomOf(1);
  for (let turn = 0; turn < INPUTS; turn += 1) {
    const input = mutated(inputs, random);
    try {
      target(input);
    } catch (cause) {
      throw new Error(`input ${Buffer.from(input).toString('base64')}`, { cause });
    }
  }
});
