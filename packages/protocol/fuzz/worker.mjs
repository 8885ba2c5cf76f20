/** The thread that fuzzes: a hang is seen from outside, and the input that hangs is in the memory that both share. */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { minimised, readCorpus, shrunk } from './corpus.mjs';
import { instrumented } from './coverage.mjs';
import { Engine } from './engine.mjs';
import { seeds } from './seeds.mjs';

const { name, seed, maxBytes, inputs, seconds, isSaved, replay, shared } = workerData;
const [head, room] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, 8)];
const loaded = await instrumented(name);
// Errors are made all the time, and their stacks read only of findings.
Error.stackTraceLimit = 0;
const engine = new Engine(loaded, { seed, maxBytes });

/** Says what is tried, and tries it. */
function attempt(input, action) {
  room.set(input.subarray(0, room.length));
  Atomics.store(head, 1, input.length);
  Atomics.add(head, 0, 1);
  return action(input);
}

/** The shortest input that fails in the same way. */
function finding(input, first) {
  const error = first instanceof Error ? first : new Error(String(first));
  const shortest = shrunk(input, (shorter) => {
    try {
      attempt(shorter, (each) => engine.features(each));
      return false;
    } catch (other) {
      return other.name === error.name && other.message.replace(/\d+/gu, '') === error.message.replace(/\d+/gu, '');
    }
  });
  Error.stackTraceLimit = 30;
  try {
    engine.features(shortest);
  } catch (shown) {
    return { input: shortest, error: shown };
  }
  return { input, error };
}

function report(type, rest = {}) {
  const { count } = engine;
  const { branches, of } = engine.reached;
  parentPort.postMessage({ type, count, corpus: engine.inputs.length, branches, of, ...rest });
}

/** @returns false after a finding */
function tried(input) {
  try {
    attempt(input, (each) => engine.run(each));
    return true;
  } catch (error) {
    report('finding', finding(input, error));
    return false;
  }
}

function fuzz() {
  const start = performance.now();
  const end = start + seconds * 1_000;
  const given = replay === undefined ? [...readCorpus(name), ...(isSaved ? seeds(name, maxBytes) : [])] : [replay];
  if (!given.every(tried) || replay !== undefined) return;
  const begun = engine.count;
  for (let next = start; engine.count - begun < inputs && performance.now() < end;) {
    if (!tried(engine.next())) return;
    if (performance.now() < next) continue;
    report('progress');
    next = performance.now() + 5_000;
  }
}

fuzz();
const corpus = isSaved
  ? minimised(engine.inputs, (input) => attempt(input, (each) => engine.features(each)))
  : undefined;
report('end', { missed: engine.missed, kept: corpus });
