import { fileURLToPath } from 'node:url';
import { type Availability, ClientPeer, prepareGoPeer, prepareJavaPeer } from '@rmq/e2e';

/** A client that is measured, each run in a fresh process. */
export interface Contender {
  readonly name: string;
  readonly prepared: Availability<object, ClientPeer>;
}

/** All of them, built if need be. The first is ours, the last the floor. */
export async function prepareContenders(): Promise<readonly Contender[]> {
  return [
    { name: '@rmq/client', prepared: inNode('rmq') },
    { name: 'ali-ons 3.12.0', prepared: inNode('ali-ons') },
    { name: 'Go client 2.1.2', prepared: await prepareGoPeer() },
    { name: 'Java client 5.3.3', prepared: await prepareJavaPeer() },
    { name: 'raw socket', prepared: inNode('raw') },
  ];
}

function inNode(file: string): Availability<object, ClientPeer> {
  const script = fileURLToPath(new URL(`./contenders/${file}.js`, import.meta.url));
  const program = { name: file, command: process.execPath, args: [script] };
  return { available: true, start: () => ClientPeer.start('node', program) };
}
