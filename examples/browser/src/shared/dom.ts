/** The element with this id. @throws TypeError if the page has none, or one of another kind */
export function byId<E extends Element>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`the page has no ${kind.name} #${id}`);
}

/** Makes an element with a class and a text, or with children. */
export function made<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  content: string | readonly Node[] = [],
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = className;
  // Texts, never markup: bodies of messages are anybody's.
  element.append(...(typeof content === 'string' ? [content] : content));
  return element;
}

/** A row of a table. A cell with `number` in its class is aligned to the right. */
export function row(...cells: readonly (readonly [className: string, text: string])[]): HTMLTableRowElement {
  return made(
    'tr',
    '',
    cells.map(([className, text]) => made('td', className, text)),
  );
}

/** Numbers as people read them. */
export function grouped(value: number | bigint): string {
  return value.toLocaleString('en');
}

/** What a form's field holds. */
export function fieldOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value.trim() : '';
}
