import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { notAvailable, type NotAvailable } from '../available.ts';
import { findCommand } from '../process/toolchain.ts';

/** Where Debian's package puts the servers' own scripts. Those on the PATH change user and directories on the way. */
const library = '/usr/lib/rabbitmq/lib';

/** The RabbitMQ of this machine. */
export interface Installed {
  /** As the package has it: `3.10.8`. */
  readonly version: string;
  /** The folder of `rabbitmq-server`, `rabbitmqctl` and the others. */
  readonly scripts: string;
}

/** Looks for Debian's `rabbitmq-server`. */
export async function installedRabbitmq(): Promise<Installed | NotAvailable> {
  // The last one makes certificates for those who want TLS.
  for (const command of ['erl', 'epmd', 'openssl']) {
    if ((await findCommand(command)) === undefined) return notAvailable('RabbitMQ', `no ${command} on the PATH`);
  }
  const versions = (await entries(library)).flatMap((name) => /^rabbitmq_server-(.+)$/.exec(name)?.[1] ?? []);
  const version = versions.at(-1);
  if (version === undefined) return notAvailable('RabbitMQ', 'the Debian package rabbitmq-server is not installed');
  return { version, scripts: join(library, `rabbitmq_server-${version}`, 'sbin') };
}

async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
