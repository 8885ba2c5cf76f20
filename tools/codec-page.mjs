/**
 * Writes docs/rocketmq-codec.md from the codec's own tables and the recordings it is tested with; with `--check` only
 * tells whether the page is what they say.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { commandName, commands, headers, languages, responseCodes } from '../packages/protocol/dist/rocketmq/index.js';
import * as requests from '../packages/protocol/dist/rocketmq/requests/index.js';
import { root } from './workspace.mjs';

const page = join(root, 'docs', 'rocketmq-codec.md');
const tests = join(root, 'packages', 'protocol', 'test', 'rocketmq');

/** Names of constructors that differ from their command's. */
const constructors = { invokeBrokerToResetOffset: 'resetOffset' };

/** Headers that are none by themselves. */
const inherited = ['rpc', 'topic'];

function recordings() {
  const lines = readFileSync(join(tests, 'frames.captures.jsonl'), 'utf8').trimEnd().split('\n').slice(1);
  const counts = new Map();
  for (const { code, direction } of lines.map((line) => JSON.parse(line))) {
    const count = counts.get(code) ?? { requests: 0, answers: 0 };
    count[direction === 'response' ? 'answers' : 'requests'] += 1;
    counts.set(code, count);
  }
  return { counts, total: lines.length };
}

/** Fields as a reader wants them: `name`, its letter on the wire, its type, and a mark when it may be left out. */
function fieldsOf(header) {
  if (header === undefined) return '';
  const fields = typeof header === 'string' ? headers[header] : header;
  const texts = Object.entries(fields).map(([name, spec]) => {
    if (name === '...') return `*${spec}*`;
    const [type, letter] = spec.split('@');
    return `${name}${letter === undefined ? '' : ` (${letter})`} ${type.replace('=', '?')}`;
  });
  return texts.join(', ') || 'none';
}

function commandRow([name, { code, direction = 'client→broker', request, response }], { counts }) {
  const seen = counts.get(code);
  const maker = constructors[name] ?? name;
  const cells = [
    code,
    `\`${name}\``,
    direction.replaceAll('namesrv', 'name server'),
    fieldsOf(request),
    fieldsOf(response),
    seen === undefined ? '' : `${seen.requests} / ${seen.answers}`,
    maker in requests ? `\`${maker}\`` : '',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** How many headers there are: those of commands, and those that stand for themselves. */
function headerCount() {
  const own = Object.values(commands).flatMap(({ request, response }) => [request, response]);
  return own.filter((header) => typeof header === 'object').length + Object.keys(headers).length - inherited.length;
}

function table(head, rows) {
  const lines = [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows];
  // Cells as wide as the widest would make the page five times as large.
  return ['<!-- prettier-ignore-start -->', '', ...lines, '', '<!-- prettier-ignore-end -->'].join('\n');
}

function text() {
  const recorded = recordings();
  const known = [...recorded.counts.keys()].filter((code) => commandName(code) !== undefined);
  const codes = Object.entries(responseCodes).map(([name, code]) => `| ${code} | \`${name}\` |`);
  const names = languages.map((name, code) => `${name} ${code}`);
  const bases = inherited.map((name) => `*${name}*: ${fieldsOf(name)}`);
  return `<!-- Written by tools/codec-page.mjs from the tables: \`npm run pages\`. -->

# What the RocketMQ codec covers

${Object.keys(commands).length} requests, ${headerCount()} headers, ${codes.length} response codes,
${names.length} languages. The [tables](../packages/protocol/src/rocketmq/commands.ts) are the only place where they are
declared; encoding, decoding and types come from them.

For **every** row: the tables are compared with an extract of RocketMQ's own constants and header classes
([tables](../packages/protocol/test/rocketmq/tables.test.ts)), and requests with random values in all fields go out and
come back the same in both forms of a header ([properties](../packages/protocol/test/rocketmq/frames.property.test.ts)).
Frames and bodies in their thousands go through Java's own classes and back on every run with real brokers
([cross-check](../e2e/test/real/codec.test.ts)).

**Recorded** counts the requests and answers that official clients, tools and brokers sent (${recorded.total} frames, ${known.length} of the
codes here): each one is read, written again and compared ([recordings](../packages/protocol/test/rocketmq/captures.test.ts)).
**Ready to send** names the function of \`@rmq/protocol/rocketmq/requests\` that makes it, compared with what official
clients sent ([requests](../packages/protocol/test/rocketmq/requests.test.ts)).

A field is its name, its letter on the wire if that differs, and its type; \`?\` marks one that may be left out.
Inherited: ${bases.join('; ')}.

## Requests

${table(
  ['code', 'name', 'direction', 'fields', 'fields of the answer', 'recorded', 'ready to send'],
  Object.entries(commands).map((entry) => commandRow(entry, recorded)),
)}

## Response codes

${table(['code', 'name'], codes)}

## Languages

${names.join(', ')}.
`;
}

const wanted = await format(text(), { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' });
if (!process.argv.includes('--check')) writeFileSync(page, wanted);
else if (readFileSync(page, 'utf8') !== wanted) {
  console.error('docs/rocketmq-codec.md is not what the tables say: run `npm run pages` and commit it');
  process.exitCode = 1;
}
