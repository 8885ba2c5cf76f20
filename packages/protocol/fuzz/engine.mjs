/** Runs inputs, keeps those that reach what none before has reached, and makes new ones of them. */
import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual, TextEncoder } from 'node:util';
import { mutated, randomOf } from './mutations.mjs';

/** Statements that any input may take, and for each of its bytes. */
const STEPS = { any: 50_000, byte: 200 };
/** Bytes that any input may have allocated, and for each of its bytes. */
const ROOM = { any: 262_144, byte: 32 };
/** Statements say nothing of what the runtime does for them. Milliseconds. */
const SLOW_MS = 2_000;

const NOTHING = new Uint8Array(0);

/** How often something happened, roughly, as one bit: once, twice, thrice, a few times, and so on. */
function bucket(count) {
  if (count < 4) return count === 3 ? 4 : count;
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
}

/** What targets compare with: a difference is a finding. */
const check = {
  same(actual, expected, what) {
    if (isDeepStrictEqual(actual, expected)) return;
    throw new Error(`${what}: not the same again`, { cause: { actual, expected } });
  },
};

/** Words of a target as bytes. */
function wordBytes(words = []) {
  const encoder = new TextEncoder();
  return words.map((word) => (typeof word === 'string' ? encoder.encode(word) : Uint8Array.from(word)));
}

/** Fuzzing of one target that has been instrumented. */
export class Engine {
  #loaded;
  #random;
  #maxBytes;
  #words;
  /** By counter, the buckets it has been seen in. */
  #seen;
  /** Inputs that reached something, in the order they were found. */
  inputs = [];
  /** How many inputs were run. */
  count = 0;

  /** @param maxBytes - how long an input may become */
  constructor(loaded, { seed, maxBytes }) {
    this.#loaded = loaded;
    this.#random = randomOf(seed);
    this.#maxBytes = maxBytes;
    this.#words = wordBytes(loaded.target.words);
    this.#seen = new Uint8Array(loaded.counts.length);
  }

  /** Branches of the codec that no input has taken. */
  get missed() {
    return this.#loaded.branches.filter(({ at }) => this.#seen[at] === 0);
  }

  /** How many branches were taken, of how many. */
  get reached() {
    const { length } = this.#loaded.branches;
    return { branches: length - this.missed.length, of: length };
  }

  /** A new input made of those kept. */
  next() {
    const random = this.#random;
    const { length } = this.inputs;
    // What was found last leads on more often than what was found first, and what is short is tried in less time.
    const pick = () => this.inputs[random(2) === 0 ? random(length) : length - 1 - random(Math.ceil(length / 8))];
    const [one, two] = length === 0 ? [NOTHING, NOTHING] : [pick(), pick()];
    const isFirst = one.length <= two.length === random(4) > 0;
    const [input, other] = isFirst ? [one, two] : [two, one];
    const prefix = this.#loaded.target.prefix ?? 0;
    return mutated(input, { random, other, words: this.#words, prefix, maxBytes: this.#maxBytes });
  }

  /**
   * Runs an input and keeps it if it reached something new.
   * @throws whatever the target throws; and when it took more steps, time or memory than its length allows
   */
  run(input) {
    this.count += 1;
    let isNew = false;
    for (const feature of this.features(input)) {
      const [at, bit] = [feature >>> 8, feature & 0xff];
      isNew ||= (this.#seen[at] & bit) === 0;
      this.#seen[at] |= bit;
    }
    if (isNew) this.inputs.push(input);
  }

  /** What an input reaches: which bucket of which counter, as numbers. @throws as {@link run} */
  features(input) {
    const { counts, statements } = this.#loaded;
    this.#execute(input);
    const found = [];
    let steps = 0;
    for (let at = 0; at < counts.length; at += 1) {
      const count = counts[at];
      if (count === 0) continue;
      if (at < statements) steps += count;
      found.push((at << 8) | bucket(count));
    }
    if (steps > STEPS.any + STEPS.byte * input.length) throw new Error(`over-long: ${steps} statements were run`);
    return found;
  }

  #execute(input) {
    const { target, counts, made } = this.#loaded;
    const took = () => {
      counts.fill(0);
      made.bytes = 0;
      // Who changes what was given changes it for all: the target has a copy, and must leave it as it is.
      const given = input.slice();
      const start = performance.now();
      target.run(given, check);
      check.same(given, input, 'the input itself');
      return performance.now() - start;
    };
    // Once may be the machine's fault.
    if (took() > SLOW_MS && took() > SLOW_MS) throw new Error(`over-long: more than ${SLOW_MS} ms, twice`);
    if (made.bytes > ROOM.any + ROOM.byte * input.length) throw new Error(`${made.bytes} bytes were allocated`);
  }
}
