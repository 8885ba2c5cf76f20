/**
 * A long run of random changes to the seeds, without coverage to guide it: `npm run fuzz -- [seconds] [seed] [target…]`,
 * a minute for each of all targets unless told. A finding ends it with the input in base64.
 */
import { Buffer } from 'node:buffer';
import { randomOf, mutated } from './mutations.mjs';
import { seeds } from './seeds.mjs';
import * as targets from './targets.mjs';

const [seconds = '60', seed = String(Date.now() >>> 0), ...given] = process.argv.slice(2);

/** @returns how many inputs were tried */
function run(name) {
  const [inputs, random, end] = [seeds(name), randomOf(Number(seed)), Date.now() + Number(seconds) * 1_000];
  let count = 0;
  for (; Date.now() < end; count += 1) {
    const input = mutated(inputs, random);
    try {
      targets[name](input);
    } catch (cause) {
      throw new Error(`${name}, seed ${seed}, input ${Buffer.from(input).toString('base64')}`, { cause });
    }
  }
  return count;
}

for (const name of given.length > 0 ? given : Object.keys(targets)) {
  console.log(`${name}: ${run(name)} inputs, seed ${seed}, nothing found`);
}
