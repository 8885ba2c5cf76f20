import { decodeUtf8 } from '../bytes/utf8.ts';
import type { HostAddress } from './host-address.ts';
import { formatAddress } from './host-address.ts';

/**
 * The bytes a run of messages was found in, and what neighbours have in common: a pull answers one topic, one store
 * host and few born hosts, so the text made last nearly always serves again.
 */
export class MessageSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  #topic = '';
  #topicAt = 0;
  #topicLength = 0;
  readonly #hosts = new Map<string | number, HostAddress>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Strict UTF-8; throws ProtocolError `utf8-invalid`. */
  text(at: number, length: number): string {
    return decodeUtf8(this.bytes.subarray(at, at + length));
  }

  /** As {@link text}, but gives the last answer again while the bytes are the same. */
  topic(at: number, length: number): string {
    if (length !== this.#topicLength || !this.#sameBytes(at, length)) {
      this.#topic = this.text(at, length);
      this.#topicLength = length;
    }
    this.#topicAt = at;
    return this.#topic;
  }

  #sameBytes(at: number, length: number): boolean {
    const { bytes } = this;
    const before = this.#topicAt;
    for (let index = 0; index < length; index += 1) if (bytes[at + index] !== bytes[before + index]) return false;
    return true;
  }

  /** An address of 4 or 16 bytes and the port behind it. One object per address, however many messages name it. */
  host(at: number, addressLength: number): HostAddress {
    const port = this.view.getInt32(at + addressLength);
    const address = this.bytes.subarray(at, at + addressLength);
    // An IPv4 address and a port fit a double exactly: no text is needed to look it up.
    const fits = addressLength === 4 && port >= 0 && port <= 0xffff;
    const key = fits ? this.view.getUint32(at) * 0x1_0000 + port : `${address.join()} ${port}`;
    let host = this.#hosts.get(key);
    if (host === undefined) {
      host = { host: formatAddress(address), port };
      this.#hosts.set(key, host);
    }
    return host;
  }

  /** Whether a range is ASCII: then every byte is a character, and nothing in it can be bad UTF-8. */
  isAscii(at: number, length: number): boolean {
    const { bytes, view } = this;
    const end = at + length;
    let seen = 0;
    let index = at;
    for (; index + 4 <= end; index += 4) seen |= view.getInt32(index);
    if ((seen & 0x8080_8080) !== 0) return false;
    for (; index < end; index += 1) seen |= bytes[index] ?? 0;
    return (seen & 0x80) === 0;
  }
}
