import { readFileSync } from 'node:fs';

/** A frame that real software sent; the first line of the file tells where. */
export interface Capture {
  readonly id: string;
  readonly client: string;
  readonly broker: string;
  readonly direction: 'c2s' | 's2c';
  readonly kind: 'protocol-header' | 'method' | 'header' | 'body' | 'heartbeat';
  /** `class.method`; of contents, the method they belong to. */
  readonly method: string | null;
  readonly channel: number | null;
  readonly hex: string;
  /** Broken on purpose: to be refused. */
  readonly malformed?: boolean;
}

/** Lines of JSON beside this file, without the first, which tells their origin. */
function lines(name: string): unknown[] {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8').trimEnd();
  return text
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as unknown);
}

/** The recorded frames. */
export const captures = lines('frames.captures.jsonl') as readonly Capture[];

/** A line of the grammar's extract. */
export type GrammarLine =
  | {
      readonly kind: 'method';
      readonly name: string;
      readonly class: number;
      readonly method: number;
      readonly synchronous: boolean;
      readonly content: boolean;
      /** `name:type`, in wire order. */
      readonly fields: readonly string[];
    }
  | { readonly kind: 'property'; readonly name: string; readonly type: string }
  | { readonly kind: 'constant'; readonly name: string; readonly value: number; readonly class?: string };

/** The facts of RabbitMQ's grammar. */
export const grammar = lines('grammar.extract.jsonl') as readonly GrammarLine[];

/** Bytes from hex; blanks are allowed. */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replace(/\s+/gu, ''), 'hex'));
}

/** Hex of bytes, lower case. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
