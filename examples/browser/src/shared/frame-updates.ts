/**
 * Draws at most once per frame, however often it is asked to: thousands of messages a second arrive, and a page shows
 * sixty pictures.
 */
export class FrameUpdates {
  readonly #draw: () => void;
  #pending = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      this.#draw();
    });
  }
}
