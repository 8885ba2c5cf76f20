/**
 * Compiles, and where marked runs, the TypeScript in our READMEs and docs, against the built packages: as a user's own
 * program would see them.
 *
 * Every block fenced as `ts` is compiled as a module of its own. An HTML comment, which readers do not see, says more
 * when it stands directly before the fence:
 *
 * - `<!-- run -->` runs it, too; a non-zero exit, or 30 s without one, fails.
 * - `<!-- run: broker -->` runs it beside an embedded RocketMQ; `127.0.0.1:9876` in the text becomes its address.
 * - `<!-- setup … -->` puts its lines in front of the block.
 * - `<!-- sketch -->` excuses a block that is not meant to compile.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { cache, examplesReport, filesBelow, packages, root } from './workspace.mjs';

// Inside e2e, because that is the one member that may import everything.
const folder = join(root, 'e2e', '.examples');
const nameServer = '127.0.0.1:9876';
const timeoutMs = 30_000;

function pages() {
  const readmes = [root, ...packages().map((member) => member.folder)]
    .map((place) => join(place, 'README.md'))
    .filter(existsSync);
  const docs = join(root, 'docs');
  return existsSync(docs) ? [...readmes, ...filesBelow(docs, '.md')] : readmes;
}

/** The comments that stand directly before line `index`, oldest first, without their brackets. */
function commentsBefore(lines, index) {
  const comments = [];
  let end = index;
  while (end > 0) {
    if (lines[end - 1].trim() === '') end -= 1;
    else if (lines[end - 1].trimEnd().endsWith('-->')) {
      let start = end - 1;
      while (start > 0 && !lines[start].trimStart().startsWith('<!--')) start -= 1;
      comments.unshift(
        lines
          .slice(start, end)
          .join('\n')
          .trim()
          .replace(/^<!--\s*/, '')
          .replace(/\s*-->$/, ''),
      );
      end = start;
    } else break;
  }
  return comments;
}

/** The examples of one page. `line` is where the code begins, counted from 1. */
function examplesOf(file) {
  const page = relative(root, file);
  const lines = readFileSync(file, 'utf8').split('\n');
  const found = [];
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^( *)(`{3,})(\w*)/.exec(lines[at]);
    if (!fence) continue;
    const close = lines.findIndex((line, index) => index > at && line.trim() === fence[2]);
    const end = close === -1 ? lines.length : close;
    const comments = commentsBefore(lines, at);
    if (fence[3] === 'ts' && !comments.includes('sketch')) {
      const setup = comments
        .filter((comment) => /^setup\s/.test(comment))
        .map((comment) => comment.replace(/^setup\s+/, ''));
      const code = lines.slice(at + 1, end).map((line) => line.slice(fence[1].length));
      const mode = comments.find((comment) => /^run(: broker)?$/.test(comment));
      found.push({ name: `${page}:${at + 2}`, file, line: at + 2, mode, setup, code });
    }
    at = end;
  }
  return found;
}

/** Writes one module per example and returns where each line of it came from. */
function extract(examples) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const example of examples) {
    example.module = example.name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-/, '');
    const setup = example.setup.join('\n');
    example.offset = example.line - 1 - (setup === '' ? 0 : setup.split('\n').length);
    const text = [...(setup === '' ? [] : [setup]), ...example.code, 'export {};', ''].join('\n');
    writeFileSync(join(folder, `${example.module}.ts`), text);
  }
  const compilerOptions = {
    rootDir: '.',
    outDir: 'out',
    noEmit: false,
    types: ['node'],
    customConditions: [],
    isolatedDeclarations: false,
    noUnusedLocals: false,
    declaration: false,
    declarationMap: false,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, include: ['*.ts'] }),
  );
}

/** Compiles all examples at once; what the compiler says goes to the example it is about, with the page's line. */
function compile(examples) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const rest = [];
  for (const text of stdout.split('\n').filter((line) => /error TS\d+/.test(line))) {
    const match = /^([\w-]+)\.ts\((\d+),\d+\): (.*)$/.exec(text);
    const example = match && examples.find(({ module }) => module === match[1]);
    if (example) example.problems.push(`line ${Number(match[2]) + example.offset}: ${match[3]}`);
    else rest.push(text);
  }
  if (rest.length > 0 || (status !== 0 && examples.every(({ problems }) => problems.length === 0))) {
    throw new Error(`the examples do not compile: ${rest.join('\n') || stdout}`);
  }
}

/** A port nobody listens on at the moment. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts the embedded broker by our own command line; `address` is its name server. */
async function startBroker() {
  const [port, brokerPort] = [await freePort(), await freePort()];
  const main = join(root, 'packages', 'cli', 'dist', 'main.js');
  const args = [main, 'broker', 'rocketmq', '--port', String(port), '--broker-port', String(brokerPort)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) if (/\bready\b/.test(line)) return true;
    return false;
  })();
  if (!(await ready)) throw new Error('the embedded broker did not start');
  child.stdout.resume();
  return {
    address: `127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Runs one compiled example to its end. */
async function run(example) {
  const file = join(folder, 'out', `${example.module}.js`);
  const broker = example.mode === 'run: broker' ? await startBroker() : undefined;
  if (broker) writeFileSync(file, readFileSync(file, 'utf8').replaceAll(nameServer, broker.address));
  const child = spawn(process.execPath, [file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code, signal] = await once(child, 'close');
  await broker?.stop();
  if (code !== 0) example.problems.push(`ended with ${signal ?? code}: ${output.trim().slice(-2_000)}`);
}

/** What happened, in the shape of Jest's report, so that `tools/totals.mjs` reads both alike. */
function report(examples) {
  const testResults = pages()
    .map((name) => ({ name, mine: examples.filter(({ file }) => file === name) }))
    .filter(({ mine }) => mine.length > 0)
    .map(({ name, mine }) => ({
      name,
      status: mine.some(({ problems }) => problems.length > 0) ? 'failed' : 'passed',
      assertionResults: mine.map((example) => ({
        ancestorTitles: [],
        fullName: `${example.mode ?? 'compile'} line ${example.line}`,
        status: example.problems.length > 0 ? 'failed' : 'passed',
      })),
    }));
  mkdirSync(cache, { recursive: true });
  writeFileSync(examplesReport, JSON.stringify({ testResults }));
}

const examples = pages()
  .flatMap(examplesOf)
  .map((example) => ({ ...example, problems: [] }));
extract(examples);
if (examples.length > 0) compile(examples);
for (const example of examples.filter(({ mode, problems }) => mode && problems.length === 0)) {
  try {
    await run(example);
  } catch (error) {
    example.problems.push(String(error));
  }
}
report(examples);
for (const { name, problems } of examples) for (const problem of problems) console.error(`${name}: ${problem}`);
console.log(`${examples.length} examples, ${examples.filter(({ mode }) => mode).length} of them run`);
process.exitCode = examples.every(({ problems }) => problems.length === 0) ? 0 : 1;
