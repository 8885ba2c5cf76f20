import { type Proxy, type ProxyEvent, startProxy } from '@rmq/transport-websocket-proxy/server';
import { type Command, Option } from 'commander';
import { several, wholeNumber } from '../core/arguments.ts';
import { progress } from '../core/progress.ts';
import { untilStopped } from '../core/stop.ts';
import { note, printLine, type Terminal } from '../core/terminal.ts';
import { EventLog } from './log.ts';
import { type Guard, guardOf, place, type ProxyFlags, proxyOptions, secretVariables, warnings } from './settings.ts';

const max = 2 ** 31 - 1;
const count = wholeNumber(1, max);
const countOrNone = wholeNumber(0, max);

/** `rmq proxy`: carries WebSockets of web pages on to TCP and TLS, until SIGINT or SIGTERM. */
export function addProxy(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('proxy')
    .description('let web pages dial brokers: carry WebSockets on to the targets you allow')
    .addOption(
      new Option('-l, --listen <host:port>', 'where to listen (port 0: any free one)')
        .argParser(place)
        .default(place('8080'), '127.0.0.1:8080'),
    )
    .option('--path <path>', 'path of the URL', '/')
    .requiredOption(
      '-a, --allow <target>',
      'HOST:PORT that may be dialed: mq.example.com:9876, *.example.com:*, 10.0.0.0/8:10909-10911; repeat it for more',
      several,
    )
    .option(
      '-o, --origin <origin>',
      'origin of pages that may connect, e.g. https://app.example.com; repeat it',
      several,
    )
    .option('--trusted-proxy <address>', 'address or range whose X-Forwarded-For is believed; repeat it', several)
    .addOption(
      new Option('--metrics <who>', 'who may read /metrics').choices(['open', 'authenticated', 'off']).default('open'),
    )
    .option('--json', 'write events as JSON lines to stdout instead of text to stderr');
  addSecrets(command);
  addTimes(command);
  addLimits(command);
  command.action((flags: ProxyFlags) => runProxy(flags, { terminal, command }));
}

function addSecrets(command: Command): void {
  command
    .option('--token-file <file>', `bearer tokens, one per line, any of which lets in (else ${secretVariables.token})`)
    .option('--basic-file <file>', `USER:PASSWORD, one per line (else ${secretVariables.basic})`)
    .option('--tls-cert <file>', 'serve wss: with the certificate in this PEM file')
    .option('--tls-key <file>', 'private key of the certificate')
    .option('--tls-client-ca <file>', 'let in only clients with a certificate of this authority')
    .option('--target-ca <file>', 'trust this authority for targets with TLS, instead of those Node.js ships')
    .option('--target-cert <file>', 'present this client certificate to targets with TLS')
    .option('--target-key <file>', 'private key of the client certificate');
}

function addTimes(command: Command): void {
  command
    .option('--connect-timeout <ms>', 'for resolving and dialing a target', count, 5_000)
    .option('--handshake-timeout <ms>', 'for a client to become a WebSocket', count, 10_000)
    .option('--idle-timeout <ms>', 'close connections over which nothing goes (0: never)', countOrNone, 300_000)
    .option('--ping-interval <ms>', 'find out whether clients are there (0: never)', countOrNone, 30_000)
    .option('--close-timeout <ms>', 'for a client or target to finish once the other has', count, 10_000)
    .option('--drain-timeout <ms>', 'for connections to finish when asked to stop (0: for ever)', countOrNone, 30_000);
}

function addLimits(command: Command): void {
  command
    .option('--max-connections <n>', 'open at once', count, 1_024)
    .option('--max-connections-per-client <n>', 'open at once from one address', count, 64)
    .option('--max-connections-per-minute <n>', 'opened by one address in a minute', count, 600)
    .option('--max-handshakes <n>', 'TCP connections that are no WebSockets yet', wholeNumber(4, max), 256)
    .option('--max-message-bytes <n>', 'largest WebSocket message', wholeNumber(65_536, max), 1_048_576)
    .option('--max-bytes-per-second <n>', 'for each connection and direction (0: no limit)', countOrNone, 0);
}

interface Context {
  readonly terminal: Terminal;
  readonly command: Command;
}

async function runProxy(flags: ProxyFlags, { terminal, command }: Context): Promise<void> {
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
