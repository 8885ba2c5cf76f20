import type { ClientPeer } from '../peers/client-peer.ts';

/** How Java read a frame, and how it writes the same command. */
export interface JavaFrame {
  readonly code: number;
  readonly language: string;
  readonly version: number;
  readonly opaque: number;
  readonly flag: number;
  readonly remark?: string | null;
  readonly extFields?: Readonly<Record<string, string>> | null;
  /** Base64, here and below. */
  readonly body: string;
  readonly json: string;
  /** Missing if a number does not fit a binary header. */
  readonly rocketmq?: string;
}

/** How Java read a stored message, and how it writes it. Hosts are `<base64 of the address>:<port>`. */
export interface JavaMessage {
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: string;
  readonly physicalOffset: string;
  readonly flag: number;
  readonly sysFlag: number;
  readonly bodyCrc: number;
  readonly reconsumeTimes: number;
  readonly bornTimestamp: number;
  readonly storeTimestamp: number;
  readonly bornHost: string;
  readonly storeHost: string;
  readonly preparedTransactionOffset: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly body: string;
  readonly messageId: string;
  readonly bytes: string;
}

/** How Java read the body of a batch, and how it writes it. */
export interface JavaBatch {
  readonly messages: readonly {
    readonly flag: number;
    readonly body: string;
    readonly properties: Readonly<Record<string, string>>;
  }[];
  readonly bytes: string;
}

/** An item that Java does not take. */
export interface Refused {
  readonly refused: string;
}

/** Java's own codec: each function takes bytes and tells, item by item, what Java made of them. */
export class JavaCodec {
  readonly #peer: ClientPeer;

  constructor(peer: ClientPeer) {
    this.#peer = peer;
  }

  readonly frames = (items: readonly Uint8Array[]): Promise<readonly (JavaFrame | Refused)[]> =>
    this.#call('codec.frames', items);

  readonly messages = (items: readonly Uint8Array[]): Promise<readonly (JavaMessage | Refused)[]> =>
    this.#call('codec.messages', items);

  readonly batches = (items: readonly Uint8Array[]): Promise<readonly (JavaBatch | Refused)[]> =>
    this.#call('codec.batches', items);

  /** @param type - a body's class below `org.apache.rocketmq` */
  readonly bodies = (
    type: string,
    items: readonly Uint8Array[],
  ): Promise<readonly ({ readonly bytes: string } | Refused)[]> => this.#call('codec.bodies', items, { class: type });

  async #call<T>(verb: string, items: readonly Uint8Array[], more: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const encoded = items.map((each) => Buffer.from(each).toString('base64'));
    const answer = (await this.#peer.call(verb, { ...more, items: encoded })) as { readonly items: T };
    return answer.items;
  }
}
