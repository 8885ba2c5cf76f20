import { type Proxy, type ProxyEvent, startProxy } from '@rmq/transport-websocket-proxy/server';
import type { Command } from 'commander';
import { progress } from '../core/progress.ts';
import { untilStopped } from '../core/stop.ts';
import { note, printLine, type Terminal } from '../core/terminal.ts';
import type { ProxyFlags } from './flags.ts';
import { EventLog } from './log.ts';
import { type Guard, guardOf, proxyOptions, warnings } from './settings.ts';

/** Whose command line it is. */
export interface RunContext {
  readonly terminal: Terminal;
  readonly command: Command;
}

/** Runs a proxy until it is stopped: the first signal drains, a second one ends it. */
export async function runProxy(flags: ProxyFlags, { terminal, command }: RunContext): Promise<void> {
  const guard = await guardOf(flags);
  const log = new EventLog(terminal, flags.json === true);
  let onClosed: () => void = () => undefined;
  const onEvent = (event: ProxyEvent): void => {
    log.write(event);
    if (event.type === 'connection.closed') onClosed();
  };
  const options = await proxyOptions(flags, guard);
  const proxy = await startProxy({ ...options, onEvent }).catch((cause: unknown) => {
    if (cause instanceof TypeError || cause instanceof RangeError) command.error(`error: ${cause.message}`);
    throw cause;
  });
  try {
    for (const warning of warnings(flags, guard)) note(terminal, `warning: ${warning}`);
    if (flags.json !== true) await printStart(terminal, { proxy, flags, guard });
    await untilStopped(terminal.stop);
    if (proxy.connections === 0) return;
    note(terminal, `draining: ${proxy.connections} open, a second signal stops at once`);
    const bar = progress(terminal, 'open', { lines: true });
    onClosed = () => bar.update(proxy.connections);
    await proxy.drain();
    bar.stop();
  } finally {
    await proxy[Symbol.asyncDispose]();
  }
}

interface Started {
  readonly proxy: Proxy;
  readonly flags: ProxyFlags;
  readonly guard: Guard;
}

async function printStart(terminal: Terminal, { proxy, flags, guard }: Started): Promise<void> {
  await printLine(terminal, `proxy    ${proxy.url}`);
  await printLine(terminal, `allow    ${flags.allow.join(' ')}`);
  await printLine(terminal, `origins  ${flags.origin?.join(' ') ?? 'none: web pages cannot connect, give --origin'}`);
  await printLine(terminal, `access   ${guard.ways.join(' or ') || 'everyone'}`);
  await printLine(terminal, 'ready');
}
