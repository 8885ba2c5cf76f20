import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from '../process/own-folder.ts';
import { PeerError } from '../process/peer-error.ts';
import { run } from '../process/run.ts';

/** A certificate and its key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of our own and what it signed. */
export interface Certificates {
  /** The authority's certificate, PEM: what both sides trust. */
  readonly ca: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: Certificate;
  /** Its common name is the user that RabbitMQ takes the client for (EXTERNAL). */
  readonly client: Certificate;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;
const days = ['-days', '2'] as const;
const commandTimeoutMs = 30_000;

/** Makes certificates for a server and for a user, with `openssl`. @throws PeerError `refused`, `start-failed`. */
export async function certificates(user: string): Promise<Certificates> {
  const folder = await ownFolder('certificates', user);
  const openssl = async (...args: readonly string[]): Promise<void> => {
    const { code, output } = await run({ name: 'openssl', command: 'openssl', args, cwd: folder }, commandTimeoutMs);
    if (code !== 0)
      throw new PeerError('refused', `openssl ${args[0] ?? ''} ended with code ${String(code)}`, { output });
  };
  try {
    await openssl(
      'req',
      '-x509',
      ...newKey,
      ...days,
      '-subj',
      '/CN=test authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
    const issue = async (name: string, subject: string): Promise<Certificate> => {
      const [key, request, cert] = [`${name}.key`, `${name}.csr`, `${name}.pem`];
      await openssl('req', ...newKey, '-subj', `/CN=${subject}`, '-keyout', key, '-out', request);
      const use = `subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=${name}Auth\n`;
      await writeFile(join(folder, `${name}.ext`), use);
      const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
      await openssl('x509', '-req', ...days, '-in', request, ...authority, '-extfile', `${name}.ext`, '-out', cert);
      return { cert: await readFile(join(folder, cert), 'utf8'), key: await readFile(join(folder, key), 'utf8') };
    };
    const server = await issue('server', 'localhost');
    return { ca: await readFile(join(folder, 'ca.pem'), 'utf8'), server, client: await issue('client', user) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
