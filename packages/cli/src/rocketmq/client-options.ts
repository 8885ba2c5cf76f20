import { readFile } from 'node:fs/promises';
import { connect, type Credentials, type RocketmqClient } from '@rmq/client/rocketmq';
import { nodeDialer } from '@rmq/transport-node';
import type { Command } from 'commander';
import { several, wholeNumber } from '../core/arguments.ts';

/** What every command that talks to a cluster understands. */
export interface ClusterOptions {
  readonly nameServer?: readonly string[];
  readonly timeout: number;
  readonly accessKey?: string;
  readonly tls?: true;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Adds the options of {@link ClusterOptions} to a command. */
export function clusterOptions(command: Command): Command {
  return command
    .option('-n, --name-server <host:port>', 'name server; repeat it or separate several with `;`', several)
    .option('--timeout <ms>', 'give up on one request after this long', wholeNumber(1, 2 ** 31 - 1), 3_000)
    .option('--access-key <name>', 'user of a cluster with access control; the secret key is read from RMQ_SECRET_KEY')
    .option('--tls', 'speak TLS and verify the certificates')
    .option('--tls-ca <file>', 'trust the certificate authority in this PEM file (implies --tls)')
    .option('--tls-cert <file>', 'present the client certificate in this PEM file (implies --tls)')
    .option('--tls-key <file>', 'private key of the client certificate');
}

/** The name servers a command asks: its option, else `NAMESRV_ADDR` as in RocketMQ's own tools, else this machine's. */
export function nameServers(options: Pick<ClusterOptions, 'nameServer'>): readonly string[] {
  return options.nameServer ?? several(process.env['NAMESRV_ADDR'] ?? '127.0.0.1:9876', undefined);
}

/** Connects as the options say. The caller disposes the client. */
export async function connectCluster(options: ClusterOptions): Promise<RocketmqClient> {
  const file = async (path: string | undefined): Promise<string | undefined> =>
    path === undefined ? undefined : readFile(path, 'utf8');
  const [ca, cert, key] = await Promise.all([options.tlsCa, options.tlsCert, options.tlsKey].map(file));
  const secure = options.tls ?? (ca !== undefined || cert !== undefined);
  return connect({
    nameServers: nameServers(options),
    dial: nodeDialer(secure ? { tls: { ca, cert, key } } : {}),
    requestTimeoutMs: options.timeout,
    credentials: credentials(options),
  });
}

/** A secret on the command line would be in the list of processes and in the shell's history. */
function credentials({ accessKey }: ClusterOptions): Credentials | undefined {
  return accessKey === undefined ? undefined : { accessKey, secretKey: process.env['RMQ_SECRET_KEY'] ?? '' };
}

/** Connects, works, and closes whatever happens. */
export async function withClient(
  options: ClusterOptions,
  work: (client: RocketmqClient) => Promise<void>,
): Promise<void> {
  const client = await connectCluster(options);
  try {
    await work(client);
  } finally {
    await client.close();
  }
}
