import { readFileSync } from 'node:fs';

/** A body that official clients and brokers sent, selected from recordings of RocketMQ 4.9.7, 5.3.3 and 5.5.0. */
export interface Capture {
  /** Recording and frame it is from. */
  readonly id: string;
  /** Request code; a response has the code of what it answers. */
  readonly code: number;
  readonly name: string;
  readonly direction: 'request' | 'oneway' | 'response';
  readonly sender: string;
  readonly broker: string;
  /** `messages`, `batch`, or the shape of a JSON body. */
  readonly kind: string;
  /** A JSON body. */
  readonly text?: string;
  /** Any other body. */
  readonly hex?: string;
}

/** Reads the captures beside this file, one JSON object per line. */
export function captures(name: 'bodies' | 'messages'): readonly Capture[] {
  const text = readFileSync(new URL(`${name}.captures.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Capture);
}

/** Bytes from hex; blanks are allowed. */
export function fromHex(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/gu, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => parseInt(digits.slice(at * 2, at * 2 + 2), 16));
}

/** Hex of bytes, lower case. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Text as bytes. */
export function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A frame that official software sent. */
export interface FrameCapture {
  readonly id: string;
  /** Of the request, also where the frame is the response. */
  readonly code: number;
  readonly name: string;
  readonly direction: 'request' | 'oneway' | 'response';
  readonly sender: string;
  readonly frame: Uint8Array;
}

/** All recorded frames; the first line of the file tells their origin. */
export function frameCaptures(): readonly FrameCapture[] {
  const text = readFileSync(new URL('frames.captures.jsonl', import.meta.url), 'utf8');
  const parse = (line: string): FrameCapture => {
    const { frame, ...rest } = JSON.parse(line) as Omit<FrameCapture, 'frame'> & { readonly frame: string };
    return { ...rest, frame: new Uint8Array(Buffer.from(frame, 'base64')) };
  };
  return text.trimEnd().split('\n').slice(1).map(parse);
}

/** A frame with this JSON header, whatever it is, and no body. */
export function frameOf(header: string): Uint8Array {
  const bytes = octets(`--------${header}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(0, bytes.length - 4);
  view.setUint32(4, bytes.length - 8);
  return bytes;
}
