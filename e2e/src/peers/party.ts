import type { PeerProducerOptions } from './client-peer.ts';
import type { PeerConsumerOptions } from './consumer.ts';
import type { PeerMessage, PeerReceived, PeerSendResult } from './messages.ts';

/** A client of any make, foreign or ours, so that one scenario can have any two of them talk to each other. */
export interface Party {
  readonly producer: (options: PeerProducerOptions) => Promise<PartyProducer>;
  /** Settles when the client has started; the first delivery may take some seconds more. */
  readonly consumer: (options: PeerConsumerOptions) => Promise<PartyConsumer>;
}

/** Sends. */
export interface PartyProducer {
  readonly send: (message: PeerMessage) => Promise<PeerSendResult>;
  readonly sendOneway: (message: PeerMessage) => Promise<void>;
  /** The ids of the result are those of all messages, joined by commas. */
  readonly sendBatch: (messages: readonly PeerMessage[]) => Promise<PeerSendResult>;
  readonly stop: () => Promise<void>;
}

/** A member of a group. */
export interface PartyConsumer {
  /** Settles once enough was received. @throws PeerError `timed-out` */
  readonly until: (
    enough: number | ((received: readonly PeerReceived[]) => boolean),
    timeoutMs?: number,
  ) => Promise<readonly PeerReceived[]>;
  readonly stop: () => Promise<void>;
}
