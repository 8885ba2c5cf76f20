import { memoryNetwork } from '@rmq/transport';
import { cases, loopback, skipped } from '@rmq/transport/conformance';
import { hostileChunkers } from '@rmq/testkit';

describe.each([
  { name: 'as it is', options: {} },
  { name: 'with a high-water mark of one byte', options: { highWaterMarkBytes: 1 } },
  { name: 'cut into random pieces', options: { chunk: hostileChunkers[3]?.chunk } },
])('memory network, $name', ({ options }) => {
  const { dial, listen } = memoryNetwork(options);
  const harness = loopback(dial, listen);
  for (const one of cases.filter((one) => skipped(one, harness) === undefined)) test(one.name, () => one.run(harness));
});
