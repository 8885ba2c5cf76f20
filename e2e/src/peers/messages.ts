/** A message to be sent by a foreign client. */
export interface PeerMessage {
  readonly topic: string;
  /** Text is sent as UTF-8. */
  readonly body: Uint8Array | string;
  readonly tags?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly delayLevel?: number | undefined;
  readonly flag?: number | undefined;
}

/** What a foreign client reported about a send. */
export interface PeerSendResult {
  readonly status: 'SEND_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE';
  /** For a batch: the ids of all messages, joined by commas. */
  readonly messageId: string;
  readonly offsetMessageId: string;
  readonly brokerName: string;
  readonly queueId: number;
  readonly queueOffset: bigint;
}

/** One delivery, as a client of any make shows it to its application. */
export interface PeerReceived {
  readonly topic: string;
  readonly brokerName: string;
  readonly queueId: number;
  readonly queueOffset: bigint;
  readonly messageId: string;
  readonly offsetMessageId: string;
  /** Empty when the message has none. */
  readonly tags: string;
  /** Separated by spaces, empty when the message has none. */
  readonly keys: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly flag: number;
  readonly reconsumeTimes: number;
  /** Epoch milliseconds. */
  readonly bornTimestamp: number;
  /** Epoch milliseconds. */
  readonly storeTimestamp: number;
  readonly bodyBytes: number;
  /** Of the decompressed body, in hex. */
  readonly bodySha256: string;
  /** The decompressed body; undefined when it is larger than 64 KiB. */
  readonly body: Uint8Array | undefined;
}

/** A message in the form the peers read. */
export function toWire(message: PeerMessage): Readonly<Record<string, unknown>> {
  const { body, ...rest } = message;
  return { ...rest, body: Buffer.from(body).toString('base64') };
}

/** Reads a send result. Trusts the peers, which are part of this repository, to keep to their protocol. */
export function toSendResult(answer: unknown): PeerSendResult {
  const wire = answer as Omit<PeerSendResult, 'queueOffset'> & { readonly queueOffset: string };
  return { ...wire, queueOffset: BigInt(wire.queueOffset) };
}

/** Reads a delivery, see `toSendResult`. */
export function toReceived(event: unknown): PeerReceived {
  const wire = event as Omit<PeerReceived, 'queueOffset' | 'body'> & {
    readonly queueOffset: string;
    readonly body?: string;
  };
  const body = wire.body === undefined ? undefined : new Uint8Array(Buffer.from(wire.body, 'base64'));
  return { ...wire, queueOffset: BigInt(wire.queueOffset), body };
}
