import { type Command, Option } from 'commander';
import { several, wholeNumber } from '../core/arguments.ts';
import type { Terminal } from '../core/terminal.ts';
import { place, type ProxyFlags, secretVariables } from './flags.ts';

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
  command.action(async (flags: ProxyFlags) => {
    const { runProxy } = await import('./run.ts'); // what else it loads takes longer than the rest of `rmq`
    await runProxy(flags, { terminal, command });
  });
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
