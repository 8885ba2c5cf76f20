/** Corpora in the repository: a file for each target, an input in base64 on each line, the shortest first. */
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const fileOf = (name) => new URL(`corpus/${name}.txt`, import.meta.url);

/** The inputs kept for a target. */
export function readCorpus(name) {
  if (name.includes('/') || !existsSync(fileOf(name))) return [];
  // An empty line is an empty input; behind the last one there is none.
  const lines = readFileSync(fileOf(name), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => Uint8Array.from(Buffer.from(line, 'base64')));
}

/** Keeps inputs for a target. */
export function writeCorpus(name, inputs) {
  const lines = inputs.map((input) => `${Buffer.from(input).toString('base64')}\n`);
  writeFileSync(fileOf(name), lines.join(''));
}

/** Whether all of the wanted features are still there. */
function keeps(features, input, wanted) {
  try {
    const found = new Set(features(input));
    return wanted.every((feature) => found.has(feature));
  } catch {
    // A finding is for the next run to report; here it is only not what is wanted.
    return false;
  }
}

/**
 * An input without the parts that `isEnough` does not need: halves first, single bytes last.
 * @param finest - into how many parts an input is divided at most
 */
export function shrunk(input, isEnough, finest = Infinity) {
  let best = input;
  for (let size = 2 ** Math.floor(Math.log2(best.length || 1)); size >= 1; size = Math.floor(size / 2)) {
    if (best.length / size > finest) break;
    for (let at = best.length - size; at >= 0; at -= size) {
      const shorter = Uint8Array.from([...best.subarray(0, at), ...best.subarray(at + size)]);
      if (isEnough(shorter)) best = shorter;
    }
  }
  return best;
}

/** Reached once, several times, or often: to keep an input for every number of turns would be too many. */
function coarse(feature) {
  const bit = feature & 0xff;
  return (feature & ~0xff) | (bit === 1 ? 1 : bit < 64 ? 2 : 3);
}

/**
 * The fewest and shortest inputs that reach what all of them do.
 * @param exact - what an input reaches
 */
export function minimised(inputs, exact) {
  const features = (input) => exact(input).map(coarse);
  const owners = new Map();
  const kept = [];
  for (const input of [...inputs].sort((one, other) => one.length - other.length)) {
    const own = features(input);
    if (own.every((feature) => owners.has(feature))) continue;
    kept.push({ input, own });
    for (const feature of own) owners.set(feature, (owners.get(feature) ?? 0) + 1);
  }
  const needed = kept.filter(({ own }) => {
    if (own.some((feature) => owners.get(feature) === 1)) return true;
    for (const feature of own) owners.set(feature, owners.get(feature) - 1);
    return false;
  });
  const trimmed = needed.map(({ input, own }) => {
    const wanted = own.filter((feature) => owners.get(feature) === 1);
    return shrunk(input, (shorter) => keeps(features, shorter, wanted), 512);
  });
  return trimmed.sort((one, other) => one.length - other.length);
}
