import { cases, loopback } from '@rmq/transport/conformance';
import { dial, listen } from '@rmq/transport-node';

describe('TCP', () => {
  const harness = loopback(dial, listen);
  for (const { name, run } of cases) test(name, () => run(harness));
});
