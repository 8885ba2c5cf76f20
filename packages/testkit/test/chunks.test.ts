import { everySplit, hostileChunkers, piecesOf, randomly } from '../src/chunks.ts';

const bytes = Uint8Array.from({ length: 1_000 }, (_, at) => at % 251);
const joined = (pieces: Iterable<Uint8Array>): Uint8Array =>
  Uint8Array.from([...pieces].flatMap((piece) => [...piece]));

describe.each(hostileChunkers)('chunker: $name', ({ chunk }) => {
  it('gives the same bytes in non-empty pieces', () => {
    const pieces = [...chunk(bytes)];
    expect(joined(pieces)).toEqual(bytes);
    expect(pieces.every((piece) => piece.byteLength > 0)).toBe(true);
  });
});

it('cuts alike for the same seed', () => {
  const sizes = (seed: number): number[] => [...randomly(seed, 50)(bytes)].map((piece) => piece.byteLength);
  expect(sizes(7)).toEqual(sizes(7));
  expect(sizes(7)).not.toEqual(sizes(8));
});

it('splits in two at every position strictly inside', () => {
  const splits = [...everySplit(bytes.subarray(0, 4))];
  expect(splits.map(([first]) => first.byteLength)).toEqual([1, 2, 3]);
  for (const split of splits) expect(joined(split)).toEqual(bytes.subarray(0, 4));
});

it('refuses pieces of no bytes', () => {
  expect(() => piecesOf(0)).toThrow(RangeError);
});
