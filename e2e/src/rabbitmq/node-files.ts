import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from '../process/own-folder.ts';
import type { NodePorts } from './ports.ts';

/** Settings of a node, by the names of `rabbitmq.conf`. */
export type NodeSettings = Readonly<Record<string, string | number | boolean>>;

/** Certificates of a node, PEM. */
export interface NodeTls {
  /** The authorities it trusts to sign clients' certificates. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Whether clients have to show a certificate. @defaultValue false */
  readonly requireClientCertificate?: boolean | undefined;
}

/** What a node is set up with. */
export interface NodeSetup {
  /** Added to the node's own settings; a setting of the same name replaces them. */
  readonly settings?: NodeSettings | undefined;
  /** Plugins by name, besides none. */
  readonly plugins?: readonly string[] | undefined;
  /** Listens for TLS as well, with these. */
  readonly tls?: NodeTls | undefined;
}

const tlsFiles = { ca: 'ca.pem', cert: 'server.pem', key: 'server.key' } as const;

/** What lets a user of a certificate's common name in by EXTERNAL, besides those of a password. Needs {@link NodeTls}. */
export const byCertificate: NodeSetup = {
  plugins: ['rabbitmq_auth_mechanism_ssl'],
  settings: {
    'auth_mechanisms.1': 'PLAIN',
    'auth_mechanisms.2': 'AMQPLAIN',
    'auth_mechanisms.3': 'EXTERNAL',
    ssl_cert_login_from: 'common_name',
  },
};

/** A new folder with the configuration of one node; everything the node writes goes there, too. */
export async function writeNodeFiles(ports: NodePorts, setup: NodeSetup): Promise<string> {
  const folder = await ownFolder('rabbitmq', ports.amqp.toString());
  const { plugins = [], tls } = setup;
  await Promise.all([
    // Its own home, so that it makes its own secret for Erlang's protocol and does not find the user's.
    mkdir(join(folder, 'home')),
    writeFile(join(folder, 'rabbitmq.conf'), properties({ ...nodeSettings(folder, ports, tls), ...setup.settings })),
    // An Erlang term: a list of atoms.
    writeFile(join(folder, 'enabled_plugins'), `[${plugins.join(',')}].\n`),
    ...(tls === undefined
      ? []
      : (['ca', 'cert', 'key'] as const).map((name) => writeFile(join(folder, tlsFiles[name]), tls[name]))),
  ]);
  return folder;
}

function nodeSettings(folder: string, ports: NodePorts, tls: NodeTls | undefined): NodeSettings {
  return {
    'listeners.tcp.default': `127.0.0.1:${ports.amqp}`,
    // What it logs is kept for the message of a failed test, and not in files.
    'log.file': false,
    'log.console': true,
    'log.console.level': 'warning',
    // It stops taking messages when the disk has less: not what tests on a full machine should be about.
    'disk_free_limit.absolute': '1MB',
    ...(tls === undefined ? {} : tlsSettings(folder, ports, tls)),
  };
}

function tlsSettings(folder: string, ports: NodePorts, { requireClientCertificate = false }: NodeTls): NodeSettings {
  return {
    'listeners.ssl.default': `127.0.0.1:${ports.amqps}`,
    'ssl_options.cacertfile': join(folder, tlsFiles.ca),
    'ssl_options.certfile': join(folder, tlsFiles.cert),
    'ssl_options.keyfile': join(folder, tlsFiles.key),
    // A certificate that is shown is always looked at.
    'ssl_options.verify': 'verify_peer',
    'ssl_options.fail_if_no_peer_cert': requireClientCertificate,
  };
}

function properties(settings: NodeSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${String(value)}\n`)
    .join('');
}
