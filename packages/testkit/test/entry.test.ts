import { placeholder } from '@rmq/testkit';

it('resolves to its own source', () => {
  expect(placeholder).toBe(true);
});
