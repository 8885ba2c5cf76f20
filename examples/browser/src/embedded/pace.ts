/** How long work goes on before the browser gets a turn. Milliseconds: half of a frame at 60 per second. */
const sliceMs = 8;

/**
 * Leaves the browser time to draw. Client, network and broker of this page wait for nothing but each other, so that
 * without pauses nothing else would have a turn until all is done.
 */
export class Pace {
  #begun = performance.now();
  #pause: Promise<void> | undefined;

  /** Fulfils at once, or after the browser has had its turn. */
  async turn(): Promise<void> {
    if (performance.now() - this.#begun < sliceMs) return;
    this.#pause ??= this.#yield();
    await this.#pause;
  }

  async #yield(): Promise<void> {
    await new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(resolve));
    });
    this.#begun = performance.now();
    this.#pause = undefined;
  }
}
