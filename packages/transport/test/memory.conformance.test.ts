import { memoryNetwork } from '@rmq/transport';
import type { MemoryOptions } from '@rmq/transport';
import { cases, loopback, skipped } from '@rmq/transport/conformance';
import { hostileChunkers } from '@rmq/testkit';

const worlds: readonly { readonly name: string; readonly options: MemoryOptions }[] = [
  { name: 'as it is', options: {} },
  { name: 'with a high-water mark of one byte', options: { highWaterMarkBytes: 1 } },
  { name: 'that cannot half-close', options: { halfClose: false } },
  { name: 'cut into random pieces', options: { chunk: hostileChunkers[3]?.chunk } },
];

describe.each(worlds)('memory network, $name', ({ options }) => {
  const { dial, listen } = memoryNetwork(options);
  const harness = { ...loopback(dial, listen), halfClose: options.halfClose };
  for (const one of cases.filter((one) => skipped(one, harness) === undefined)) test(one.name, () => one.run(harness));
});
