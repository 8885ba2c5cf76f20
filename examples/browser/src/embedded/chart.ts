import { grouped } from '../shared/dom.ts';

const namespace = 'http://www.w3.org/2000/svg';
const width = 600;
const height = 330;
const left = 48;
const bottom = 20;
/** How many samples fit. */
const samples = 100;

type Name = 'produced' | 'consumed';

/** Two rates over time: an area and a line on top of it, as they are almost the same. */
export class Chart {
  readonly #element: SVGSVGElement;
  readonly #series: Readonly<Record<Name, number[]>> = { produced: [0], consumed: [0] };

  constructor(element: SVGSVGElement) {
    this.#element = element;
    this.#draw();
  }

  /** Adds a sample of each. Per second. */
  add(rates: { readonly produced: number; readonly consumed: number }): void {
    for (const name of ['produced', 'consumed'] as const) {
      this.#series[name].push(rates[name]);
      if (this.#series[name].length > samples) this.#series[name].shift();
    }
    this.#draw();
  }

  #draw(): void {
    const top = niceTop(Math.max(100, ...this.#series.produced, ...this.#series.consumed));
    const lines = [0, 0.25, 0.5, 0.75, 1].map((share) => this.#gridLine(share, top));
    this.#element.replaceChildren(
      ...lines.flat(),
      shape('polygon', { class: 'produced', points: this.#area('produced', top) }),
      shape('polyline', { class: 'consumed', points: this.#line('consumed', top) }),
    );
  }

  #gridLine(share: number, top: number): SVGElement[] {
    const y = yOf(share);
    const line = shape('line', { class: 'grid', x1: left, x2: width, y1: y, y2: y });
    const label = shape('text', { x: left - 8, y: y + 4, 'text-anchor': 'end' });
    label.textContent = grouped(share * top);
    return [line, label];
  }

  #line(name: Name, top: number): string {
    const values = this.#series[name];
    return values.map((value, at) => `${this.#xOf(at).toFixed(1)},${yOf(value / top).toFixed(1)}`).join(' ');
  }

  /** The line, closed along the ground. */
  #area(name: Name, top: number): string {
    const ground = yOf(0).toFixed(1);
    return `${this.#xOf(0).toFixed(1)},${ground} ${this.#line(name, top)} ${width},${ground}`;
  }

  /** The newest sample is at the right. */
  #xOf(at: number): number {
    const step = (width - left) / (samples - 1);
    return width - (this.#series.produced.length - 1 - at) * step;
  }
}

function yOf(share: number): number {
  return height - bottom - share * (height - bottom - 12);
}

/** The next round number. */
function niceTop(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * ([1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].find((factor) => factor * unit >= value) ?? 10);
}

function shape(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
