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

  /** Whether a message has begun and not ended. */
  get isPartial(): boolean {
    return this.#method !== undefined;
  }

  /**
   * Takes the next frame of the channel.
   * @returns a command when it is whole
   * @throws ProtocolError `frame-unexpected` or `body-too-large`; the channel, and so the connection, is done for
   */
  receive(frame: MethodFrame | HeaderFrame | BodyFrame): Command | undefined {
    switch (frame.type) {
      case 'method':
        return this.#begin(frame);
      case 'header':
        return this.#announce(frame);
      case 'body':
        return this.#append(frame);
    }
  }

  #begin(method: MethodFrame): Command | undefined {
    if (this.#method !== undefined) throw unexpected(method.name, `the rest of ${this.#method.name}`);
    if (!hasContent(method)) return { method, content: undefined };
    this.#method = method;
    return undefined;
  }

  #announce(header: HeaderFrame): Command | undefined {
    if (this.#method === undefined) throw unexpected('a content header', 'a method');
    if (this.#header !== undefined) throw unexpected('a content header', 'a body');
    if (header.bodySize > this.#maxBodyBytes) {
      const claim = `a body of ${header.bodySize} bytes, limit ${this.#maxBodyBytes}`;
      throw new ProtocolError('body-too-large', `the peer announced ${claim}`);
    }
    this.#header = header;
    return header.bodySize === 0 ? this.#finish(this.#method, header, NO_BODY) : undefined;
  }

  #append({ payload }: BodyFrame): Command | undefined {
    const [method, header] = [this.#method, this.#header];
    if (method === undefined || header === undefined) throw unexpected('a body', 'a method or content header');
    const { bodySize } = header;
    const received = (this.#received += payload.length);
    if (received > bodySize) throw unexpected(`${received} bytes`, `a body of ${bodySize}`);
    if (received === bodySize && this.#parts.length === 0) return this.#finish(method, header, payload);
    // Legal, and not to be kept: any number of them could come.
    if (payload.length > 0) this.#parts.push(payload);
    return received === bodySize ? this.#finish(method, header, joined(this.#parts, bodySize)) : undefined;
  }

  #finish(method: ContentMethodFrame, { properties }: HeaderFrame, body: Uint8Array): Command {
    this.#method = undefined;
    this.#header = undefined;
    if (this.#parts.length > 0) this.#parts = [];
    this.#received = 0;
    return { method, content: { properties, body } };
  }
}

/** Whether content follows the method. */
export function hasContent(frame: MethodFrame): frame is ContentMethodFrame {
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
