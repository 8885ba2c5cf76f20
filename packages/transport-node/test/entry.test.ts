import { placeholder } from '@rmq/transport-node';

it('resolves to its own source', () => {
  expect(placeholder).toBe(true);
});
