import { placeholder } from '@rmq/broker';

it('resolves to its own source', () => {
  expect(placeholder).toBe(true);
});
