export { everySplit, hostileChunkers, oneByOne, piecesOf, randomly, seededRandom, whole } from './chunks.ts';
export type { Chunker } from './chunks.ts';
export { drain, FakeClock } from './fake-clock.ts';
