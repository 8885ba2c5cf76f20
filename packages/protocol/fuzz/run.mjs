/**
 * Coverage-guided fuzzing of the codecs, from their sources: `npm run fuzz -- --target amqp --seconds 600`.
 *
 * --target NAME   one of fuzz/targets, or the path of a module like those; may come several times. All of them unless told.
 * --seconds N     how long each runs (60)
 * --inputs N      how many inputs each tries, after its corpus
 * --seed N        the same seed makes the same inputs
 * --replay FILE   runs only this input, of the one target named
 * --save          begins with what the tests have recorded, too, and keeps the corpus, minimised, in fuzz/corpus
 * --missed        lists the branches not reached
 * --bytes N       how long inputs may become (4096): what long ones could show, shorter ones mostly do in less time
 * --patience N    seconds after which one input hangs, whatever else the machine does (20)
 * --out FOLDER    where inputs are left that break something (coverage/fuzz)
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { writeCorpus } from './corpus.mjs';

/** Of a corpus. Bytes. */
const LONGEST = 65_536;

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '60' },
    inputs: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() >>> 0) },
    replay: { type: 'string' },
    save: { type: 'boolean', default: false },
    bytes: { type: 'string', default: '4096' },
    patience: { type: 'string', default: '20' },
    out: { type: 'string', default: fileURLToPath(new URL('../coverage/fuzz', import.meta.url)) },
    missed: { type: 'boolean', default: false },
  },
});

function allTargets() {
  const files = readdirSync(new URL('targets/', import.meta.url));
  return files.filter((file) => file.endsWith('.mjs')).map((file) => file.slice(0, -'.mjs'.length));
}

/** Keeps an input that broke something, and says how to see it again. */
function keepFinding(name, { input, error }) {
  const folder = resolve(values.out);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${basename(name, '.mjs')}-${Date.now().toString(36)}`);
  writeFileSync(file, input);
  console.error(inspect(error, { depth: 8 }));
  console.error(`${name}: found with ${input.length} bytes; see it again:`);
  console.error(`npm run fuzz -- --target ${name} --replay ${file}`);
}

function progressLine(name, { count, corpus, branches, of }, start) {
  const rate = Math.round(count / ((performance.now() - start) / 1_000));
  return `${name}: ${count} inputs, ${rate}/s, corpus ${corpus}, branches ${branches} of ${of}`;
}

/** Runs one target in a thread of its own. @returns whether nothing was found */
async function run(name) {
  const replay = values.replay === undefined ? undefined : Uint8Array.from(readFileSync(resolve(values.replay)));
  const maxBytes = Math.max(Number(values.bytes), replay?.length ?? 0);
  // Inputs of the corpus may be longer than new ones may become.
  const shared = new SharedArrayBuffer(8 + Math.max(maxBytes, LONGEST));
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: {
      maxBytes,
      name: name.includes('/') ? resolve(name) : name,
      seed: Number(values.seed),
      inputs: Number(values.inputs),
      seconds: Number(values.seconds),
      isSaved: values.save,
      replay,
      shared,
    },
  });
  const start = performance.now();
  let isClean = true;
  const found = (finding) => {
    isClean = false;
    keepFinding(name, finding);
  };
  worker.on('message', (message) => {
    if (message.type === 'finding') found(message);
    else console.log(progressLine(name, message, start));
    if (message.kept !== undefined && isClean) writeCorpus(name, message.kept);
    if (values.missed)
      for (const { file, what, text } of message.missed ?? []) console.log(`  ${file} ${what}: ${text}`);
  });
  const watch = watched(worker, shared, found);
  await new Promise((done, failed) => worker.on('exit', done).on('error', failed));
  clearInterval(watch);
  return isClean;
}

/** Ends a worker that is still at the same input. */
function watched(worker, shared, found) {
  const head = new Int32Array(shared, 0, 2);
  const patience = Number(values.patience) * 1_000;
  let [last, since] = [0, performance.now()];
  return setInterval(() => {
    const now = Atomics.load(head, 0);
    if (now !== last) [last, since] = [now, performance.now()];
    if (now === 0 || performance.now() - since < patience) return;
    since = Infinity;
    found({
      input: new Uint8Array(shared, 8, head[1]).slice(),
      error: new Error(`over-long: hangs for ${patience} ms`),
    });
    void worker.terminate();
  }, 500);
}

for (const name of values.target ?? allTargets()) {
  console.log(`${name}: seed ${values.seed}`);
  if (!(await run(name))) process.exitCode = 1;
}
