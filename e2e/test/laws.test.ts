import { rocketmqLaws } from '../src/laws/rocketmq.ts';
import { rocketmqVectors } from '../src/laws/vectors.ts';

describe('the laws of the RocketMQ codec', () => {
  it.each(rocketmqLaws)('$name', async ({ check }) => {
    expect(check(await rocketmqVectors())).toBeGreaterThan(0);
  });
});
