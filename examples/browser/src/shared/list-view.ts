import { FrameUpdates } from './frame-updates.ts';

/** A list that shows the newest first and forgets the oldest. */
export class ListView<Item> {
  readonly #element: Element;
  readonly #most: number;
  readonly #draw: (item: Item) => HTMLElement;
  readonly #updates = new FrameUpdates(() => {
    this.#flush();
  });
  #fresh: Item[] = [];

  constructor(element: Element, most: number, draw: (item: Item) => HTMLElement) {
    this.#element = element;
    this.#most = most;
    this.#draw = draw;
  }

  add(item: Item): void {
    this.#fresh.push(item);
    if (this.#fresh.length > 2 * this.#most) this.#fresh = this.#fresh.slice(-this.#most);
    this.#updates.request();
  }

  clear(): void {
    this.#fresh = [];
    this.#element.replaceChildren();
  }

  #flush(): void {
    this.#element.prepend(...this.#fresh.slice(-this.#most).reverse().map(this.#draw));
    this.#fresh = [];
    while (this.#element.children.length > this.#most) this.#element.lastElementChild?.remove();
  }
}
