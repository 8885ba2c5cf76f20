/** Inputs made of seeds, the same from the same number: what is found can be found again. */

/** Numbers that lengths and counts go wrong at. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/** Random whole numbers below a bound (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Each changes bytes in place or gives others. */
const changes = [
  (bytes, random) => {
    bytes[random(bytes.length)] ^= 1 << random(8);
    return bytes;
  },
  (bytes, random) => {
    bytes[random(bytes.length)] = EDGES[random(EDGES.length)];
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, random) => {
    const at = random(bytes.length);
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + random(8))]);
  },
  (bytes, random, other) => {
    const at = random(bytes.length);
    return Uint8Array.from([...bytes.subarray(0, at), ...other.subarray(random(other.length + 1))]);
  },
];

/** One input: a seed with one to four changes. */
export function mutated(seeds, random) {
  let bytes = Uint8Array.from(seeds[random(seeds.length)]);
  for (let left = 1 + random(4); left > 0 && bytes.length > 0; left -= 1) {
    bytes = changes[random(changes.length)](bytes, random, seeds[random(seeds.length)]);
  }
  return bytes;
}
