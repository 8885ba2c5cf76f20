import { fileURLToPath } from 'node:url';
import { prepareGoPeer, prepareJavaPeer } from '@rmq/e2e';
import { type Contender, inNode } from '../peer/rounds.ts';

/** All of them, built if need be. The first is ours, the last the floor. */
export async function prepareContenders(): Promise<readonly Contender[]> {
  return [
    inNode(script('rmq'), '@rmq/client'),
    inNode(script('ali-ons'), 'ali-ons 3.12.0'),
    { name: 'Go client 2.1.2', prepared: await prepareGoPeer() },
    { name: 'Java client 5.3.3', prepared: await prepareJavaPeer() },
    inNode(script('raw'), 'raw socket'),
  ];
}

const script = (file: string): string => fileURLToPath(new URL(`./contenders/${file}.js`, import.meta.url));
