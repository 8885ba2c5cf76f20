import { grouped } from '../shared/dom.ts';

const namespace = 'http://www.w3.org/2000/svg';
const width = 600;
const height = 180;
const left = 48;
const bottom = 20;
/** How many samples fit. */
const samples = 120;

/** Two rates over time, drawn as lines. */
export class Chart {
  readonly #element: SVGSVGElement;
  readonly #series: Readonly<Record<'produced' | 'consumed', number[]>> = { produced: [], consumed: [] };

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
    const lines = [0, 0.5, 1].map((share) => this.#gridLine(share, top));
    const series = (['produced', 'consumed'] as const).map((name) => this.#line(name, top));
    this.#element.replaceChildren(...lines.flat(), ...series);
  }

  #gridLine(share: number, top: number): SVGElement[] {
    const y = yOf(share);
    const line = shape('line', { class: 'grid', x1: left, x2: width, y1: y, y2: y });
    const label = shape('text', { x: left - 8, y: y + 4, 'text-anchor': 'end' });
    label.textContent = grouped(share * top);
    return [line, label];
  }

  #line(name: 'produced' | 'consumed', top: number): SVGElement {
    const values = this.#series[name];
    const step = (width - left) / (samples - 1);
    const points = values.map((value, at) => {
      const x = width - (values.length - 1 - at) * step;
      return `${x.toFixed(1)},${yOf(value / top).toFixed(1)}`;
    });
    return shape('polyline', { class: `series ${name}`, points: points.join(' ') });
  }
}

function yOf(share: number): number {
  return height - bottom - share * (height - bottom - 12);
}

/** The next number of 1, 2 or 5 and zeros. */
function niceTop(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * ([1, 2, 5, 10].find((factor) => factor * unit >= value) ?? 10);
}

function shape(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
