/**
 * Who may import whom, as lint rules. A later `no-restricted-imports` replaces an earlier one for the same file instead
 * of adding to it, so each group of files below gets exactly one entry that says everything.
 */

/** Imports point down only; `client` and `broker` never meet outside e2e. */
const mayImport = {
  protocol: [],
  transport: [],
  'transport-node': ['transport'],
  'transport-bun': ['transport'],
  'transport-deno': ['transport'],
  'transport-websocket-proxy': ['transport', 'transport-node'],
  'compression-lz4': ['protocol'],
  'compression-zstd': ['protocol'],
  client: ['protocol', 'transport'],
  broker: ['protocol', 'transport'],
  cli: ['broker', 'client', 'protocol', 'transport', 'transport-node', 'transport-websocket-proxy'],
  testkit: [],
};
/** Packages that run on every runtime. */
const portable = new Set(['protocol', 'transport', 'client', 'broker', 'compression-lz4', 'compression-zstd']);
/** Protocols: a folder of this name in each package that knows protocols. */
const columns = ['amqp', 'rocketmq', 'mqmq'];

const anyOf = (names) => `(?:${names.join('|')})`;

/** Any package of ours that is not in `names`. */
function others(names, reason) {
  const allowed = names.length === 0 ? '' : `(?!${anyOf(names)}(?:/|$))`;
  return { regex: `^@rmq/${allowed}`, message: reason };
}

const deep = { regex: '^@rmq/[^/]+/(?:src|dist|test)(?:/|$)', message: 'Only what `exports` offers.' };
const sideways = { regex: '^(?:\\.\\./)+packages/', message: 'By package name.' };
const runtime = { regex: '^(?:node|bun|deno|jsr|npm):', message: 'This package runs on every runtime.' };

/** A column's folder, by whatever path leads there. */
function column(names, reason) {
  return { regex: `^(?:\\.{1,2}/|@rmq/[^/]+/).*?(?<=/)${anyOf(names)}(?:[/.]|$)`, message: reason };
}

function rule(patterns) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}

function zonesOf(name) {
  const allowed = mayImport[name];
  const always = [deep, sideways, ...(portable.has(name) ? [runtime] : [])];
  const down = others(allowed, `@rmq/${name} may import ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}.`);
  const source = `packages/${name}/src`;
  // The command line's main file is where its columns come together, and so are its own tests; a compression serves one.
  const shared =
    name === 'cli' || name.startsWith('compression-')
      ? []
      : [column(columns, 'What all protocols share knows none of them.')];
  const inTests = others([...allowed, name, 'testkit'], 'Tests import what their package may, and @rmq/testkit.');
  return [
    {
      files: [`${source}/**/*.ts`],
      ignores: columns.map((own) => `${source}/${own}/**`),
      rules: rule([...always, down, ...shared]),
    },
    ...columns.map((own) => ({
      files: [`${source}/${own}/**/*.ts`],
      rules: rule([
        ...always,
        down,
        column(
          columns.filter((other) => other !== own),
          'A column never imports another.',
        ),
      ]),
    })),
    { files: [`packages/${name}/test/**/*.ts`], rules: rule([deep, sideways, inTests]) },
  ];
}

export const zones = [
  ...Object.keys(mayImport).flatMap(zonesOf),
  { files: ['{e2e,benchmarks,examples}/**/*.ts'], rules: rule([deep, sideways]) },
];
