import { placeholder } from '@rmq/client';

it('resolves to its own source', () => {
  expect(placeholder).toBe(true);
});
