/**
 * A target with counters in it. esbuild bundles it with what it uses of the sources, istanbul counts every statement,
 * function and branch of the bundle, and the counters are windows of one array, so that looking at all of them after
 * every input takes microseconds.
 */
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { createInstrumenter } from 'istanbul-lib-instrument';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where a target of this name is; anything with a slash is a file by itself. */
export function targetFile(name) {
  return name.includes('/') ? name : fileURLToPath(new URL(`targets/${name}.mjs`, import.meta.url));
}

/** One text without imports, that leaves the target's exports in `target`. */
async function bundle(name) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [targetFile(name)],
    bundle: true,
    write: false,
    charset: 'utf8',
    format: 'iife',
    globalName: 'target',
    platform: 'neutral',
    target: 'es2022',
    conditions: ['@rmq/source'],
  });
  return outputFiles[0].text;
}

/** Istanbul's coverage object, its counters moved into one array. */
function flatten(coverage) {
  const [statements, functions] = [Object.keys(coverage.s).length, Object.keys(coverage.f).length];
  const arms = Object.values(coverage.b).map(({ length }) => length);
  const counts = new Uint32Array(statements + functions + arms.reduce((sum, each) => sum + each, 0));
  let at = 0;
  const window = (length) => counts.subarray(at, (at += length));
  const counters = { s: window(statements), f: window(functions), b: arms.map(window) };
  return { counts, statements, firstBranch: statements + functions, coverage: { ...coverage, ...counters } };
}

/** Bytes asked for by way of `new Uint8Array(…)` and its like: a claim that is believed shows here. */
function countedBytes() {
  const made = { bytes: 0 };
  const counted = (constructor) =>
    new Proxy(constructor, {
      construct(of, given, newTarget) {
        const [first] = given;
        made.bytes += typeof first === 'number' ? first : (first?.length ?? 0);
        return Reflect.construct(of, given, newTarget);
      },
    });
  return { made, Uint8Array: counted(Uint8Array), ArrayBuffer: counted(ArrayBuffer) };
}

/** Where each arm of each branch is, in the words of the sources: for the list of those not reached. */
function arms(text, coverage) {
  const lines = text.split('\n');
  const files = [];
  let file = '';
  // esbuild says above each module where it comes from.
  for (const line of lines) files.push((file = /^ {2}\/\/ (\S+\.(?:ts|mjs))$/u.exec(line)?.[1] ?? file));
  return Object.values(coverage.branchMap).flatMap(({ type, locations, loc }) =>
    locations.map(({ start }, arm) => {
      // An `else` that is not there has no place of its own.
      const line = (start?.line ?? loc.start.line) - 1;
      return { file: files[line] ?? '', what: `${type} ${arm}`, text: (lines[line] ?? '').trim() };
    }),
  );
}

/**
 * Makes a target ready.
 * @returns its exports, the counters (which callers clear), and what was allocated
 */
export async function instrumented(name) {
  const text = await bundle(name);
  const instrumenter = createInstrumenter({
    esModules: false,
    compact: true,
    coverageVariable: 'coverage',
    coverageGlobalScope: 'scope',
    coverageGlobalScopeFunc: false,
  });
  const code = instrumenter.instrumentSync(text, name);
  const { made, ...constructors } = countedBytes();
  const load = compileFunction(`${code}\nreturn target;`, ['scope', ...Object.keys(constructors)], {
    filename: `${name} (instrumented)`,
  });
  // The code looks for its counters here, finds none, and leaves its own.
  let flat;
  const place = {
    get: () => flat?.coverage,
    set(own) {
      flat = flatten(own);
    },
  };
  const scope = { coverage: Object.defineProperty({}, name, place) };
  const target = load(scope, ...Object.values(constructors));
  const { counts, statements, firstBranch, coverage } = flat;
  const branches = arms(text, coverage).map((arm, index) => ({ ...arm, at: firstBranch + index }));
  // Those of the target itself prove nothing about the codec.
  return { target, made, counts, statements, branches: branches.filter(({ file }) => file.startsWith('src/')) };
}
