// @ts-expect-error -- it comes without types
import library from 'lz4js';

/** What is used of lz4js: it compresses. It reads no frames here, as it goes on for ever in some broken ones. */
export interface Lz4js {
  /** @returns a frame: a head of 7 bytes, blocks of 4 MiB each, and 4 bytes of 0 */
  readonly compress: (bytes: Uint8Array) => Uint8Array;
}

export const lz4js = library as Lz4js;
