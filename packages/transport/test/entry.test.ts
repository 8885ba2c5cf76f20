import { placeholder } from '@rmq/transport';

it('resolves to its own source', () => {
  expect(placeholder).toBe(true);
});
