/** Bytes up to this many share memory with others; more get their own. */
const MAX_SHARED_BYTES = 4 * 1_024;
/** A few bytes that are kept keep no more than this. Bytes. */
const SLAB_BYTES = 16 * 1_024;

/**
 * Copies bytes so that they do not keep the chunk alive in which they arrived. Small copies are cut from common memory, as
 * memory of its own for each costs far more than copying: the `buffer` of one holds others, too. No byte is written twice.
 */
export class Slab {
  #slab: Uint8Array = new Uint8Array(0);
  #used = 0;

  copyOf(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > MAX_SHARED_BYTES) return new Uint8Array(bytes); // slice() of a Node buffer copies nothing
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + length);
    copy.set(bytes);
    this.#used += length;
    return copy;
  }
}
