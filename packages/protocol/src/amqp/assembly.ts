import { ProtocolError } from '../errors.ts';
import type { HeaderFrame, Properties } from './content.ts';
import type { BodyFrame } from './frame.ts';
import type { MethodFrame } from './method-codec.ts';
import { type ContentMethodName, methods } from './methods.ts';

/** A method that carries content. */
export type ContentMethodFrame = Extract<MethodFrame, { readonly name: ContentMethodName }>;

/** A message that has arrived whole. */
export interface Content {
  readonly properties: Properties;
  /** A view of the frame if it came in one, else a copy of its parts. */
  readonly body: Uint8Array;
}

/** A whole command of a channel: a method, and the message if it carries one. */
export interface Command<M extends MethodFrame = MethodFrame> {
  readonly method: M;
  readonly content: Content | undefined;
}

/** How much a channel takes. */
export interface AssemblyOptions {
  /** A body that is announced larger is refused. Bytes. @defaultValue 128 MiB, RabbitMQ's default up to 3.13 */
  readonly maxBodyBytes?: number | undefined;
}

const NO_BODY = new Uint8Array(0);

/**
 * Puts methods, content headers and bodies of one channel together. Nothing is allocated for what is only announced:
 * parts are kept as they came and joined when the last is there.
 */
export class ChannelAssembly {
  readonly #maxBodyBytes: number;
  #method: ContentMethodFrame | undefined;
  #header: HeaderFrame | undefined;
  #parts: Uint8Array[] = [];
  #received = 0;

  constructor({ maxBodyBytes = 134_217_728 }: AssemblyOptions = {}) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /**
   * Takes the next frame of the channel.
   * @returns a command when it is whole
   * @throws ProtocolError `frame-unexpected` or `body-too-large`; the channel, and so the connection, is done for
   */
  receive(frame: MethodFrame | HeaderFrame | BodyFrame): Command | undefined {
    const [method, header] = [this.#method, this.#header];
    if (method === undefined) {
      if (frame.type === 'method') return this.#begin(frame);
    } else if (header === undefined) {
      if (frame.type === 'header') return this.#announce(method, frame);
    } else if (frame.type === 'body') return this.#append(method, header, frame.payload);
    const what = frame.type === 'method' ? frame.name : `a ${frame.type}`;
    throw unexpected(what, method === undefined ? 'a method' : `the rest of ${method.name}`);
  }

  #begin(method: MethodFrame): Command | undefined {
    if (!hasContent(method)) return { method, content: undefined };
    this.#method = method;
    return undefined;
  }

  #announce(method: ContentMethodFrame, header: HeaderFrame): Command | undefined {
    const { bodySize } = header;
    if (bodySize > this.#maxBodyBytes) {
      const claim = `a body of ${bodySize} bytes, limit ${this.#maxBodyBytes}`;
      throw new ProtocolError('body-too-large', `the peer announced ${claim}`);
    }
    this.#header = header;
    return bodySize === 0 ? this.#append(method, header, NO_BODY) : undefined;
  }

  #append(method: ContentMethodFrame, { bodySize, properties }: HeaderFrame, payload: Uint8Array): Command | undefined {
    const received = (this.#received += payload.length);
    if (received > bodySize) throw unexpected(`${received} bytes`, `a body of ${bodySize}`);
    const parts = this.#parts;
    // An empty part is legal, and not to be kept: any number of them could come.
    if (payload.length > 0 && (parts.length > 0 || received < bodySize)) parts.push(payload);
    if (received < bodySize) return undefined;
    this.#method = this.#header = undefined;
    this.#received = 0;
    if (parts.length > 0) this.#parts = [];
    return { method, content: { properties, body: parts.length === 0 ? payload : joined(parts, bodySize) } };
  }
}

function hasContent(frame: MethodFrame): frame is ContentMethodFrame {
  return 'content' in methods[frame.name];
}

function unexpected(what: string, instead: string): ProtocolError {
  return new ProtocolError('frame-unexpected', `${what} arrived where ${instead} was due`);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const body = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}
