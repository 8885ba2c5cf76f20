import { table } from '../core/table.ts';
import { printLine, processTerminal } from '../core/terminal.ts';
import { runDemo } from './job.ts';

const terminal = processTerminal();
const result = await runDemo(terminal, { messages: 5_000 });

const rate = (perSecond: number): string => `${Math.round(perSecond).toString()}/s`;
const ms = (value: number): string => `${value.toFixed(1)} ms`;
const total = [
  ['messages', result.consumed],
  ['produced at', rate(result.produceRate)],
  ['consumed at', rate(result.consumeRate)],
  ['latency p50', ms(result.latencyP50Ms)],
  ['latency p99', ms(result.latencyP99Ms)],
  ['duplicates', result.duplicates],
] as const;
const members = result.members.map(({ name, messages, queues }) => [name, queues, messages] as const);
await printLine(terminal, table(['', 'total'], total));
await printLine(terminal, table(['member', 'queues', 'messages'], members));
