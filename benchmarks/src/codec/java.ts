import { prepareJavaPeer } from '@rmq/e2e';
import type { Inputs } from './ours.ts';

/** How often Java does each before its clock is read. */
const TIMES = 50_000;
const NONE = new Uint8Array(0);

/** Java's own codec at work, always with the first of the frames: nanoseconds by the name of the work, NaN where there is no Java. */
export async function java(inputs: Inputs): Promise<(work: string) => number> {
  const prepared = await prepareJavaPeer();
  if (!prepared.available) {
    process.stderr.write(`not available: ${prepared.what}: ${prepared.why}\n`);
    return () => Number.NaN;
  }
  await using peer = await prepared.start({});
  const {
    json: [json = NONE],
    rocketmq: [rocketmq = NONE],
    pull,
  } = inputs;
  const texts = Object.entries({ json, rocketmq, pull }).map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString('base64'),
  ]);
  const command = { ...Object.fromEntries(texts), times: TIMES };
  const figures = (await peer.call('codec.benchmark', command)) as Readonly<Record<string, number>>;
  return (work) => figures[work] ?? Number.NaN;
}
