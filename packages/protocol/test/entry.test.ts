import { placeholder } from '@rmq/protocol';

it('resolves to its own source', () => {
  expect(placeholder).toBe(true);
});
