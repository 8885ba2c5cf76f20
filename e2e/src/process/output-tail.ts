const maxLines = 200;
const maxLineLength = 2_000;

/** The last lines a process printed, bounded, for error messages. */
export class OutputTail {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line);
    if (this.#lines.length > maxLines) this.#lines.shift();
  }

  /** @param count - how many lines at most, newest last. */
  text(count = 40): string {
    return this.#lines.slice(-count).join('\n');
  }
}
