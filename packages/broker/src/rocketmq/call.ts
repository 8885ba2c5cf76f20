import type {
  CommandName,
  ExtFields,
  ReceivedFields,
  RemotingCommand,
  Request,
  ResponseFields,
} from '@rmq/protocol/rocketmq';
import type { HostAddress } from '@rmq/protocol/rocketmq/messages';
import type { Broker } from './broker.ts';

/** The client at the other end of a connection. Its identity is the connection: client ids are only what it says. */
export interface Peer {
  /** Where it connects from, as lists of connections show it: `host:port`. */
  readonly address: string;
  /** The same as stored messages keep it: an IP address. */
  readonly host: HostAddress;
  /** Tells it something that wants no answer. */
  readonly tell: (request: Request) => void;
  /**
   * Asks it something.
   * @returns its raw answer, of any code
   * @throws PeerError `peer-timeout`, `peer-gone`, `peer-busy`
   */
  readonly ask: (request: Request, timeoutMs: number) => Promise<RemotingCommand>;
  /** Cuts the connection. */
  readonly hangUp: (reason: Error) => void;
}

/** One request, as a handler sees it. */
export interface Call<N extends CommandName> {
  readonly fields: ReceivedFields<N>;
  /** For what is not in the fields: the body, the sender's version and language, fields outside the header class. */
  readonly command: RemotingCommand;
  readonly peer: Peer;
  readonly broker: Broker;
}

/** What a handler answers; left out is success with nothing in it. */
export interface Answer<N extends CommandName> {
  /** @defaultValue 0, success */
  readonly code?: number | undefined;
  readonly remark?: string | undefined;
  readonly fields?: Partial<ResponseFields<N>> | undefined;
  /** Fields outside the response's header class. */
  readonly extra?: ExtFields | undefined;
  readonly body?: Uint8Array | undefined;
  /** The body in pieces, which go out uncopied: stored records. Instead of `body`. */
  readonly parts?: readonly Uint8Array[] | undefined;
  /** Another client's answer, to be handed on as it is. Instead of everything else. */
  readonly relay?: RemotingCommand | undefined;
}

/**
 * Serves one command. Throws {@link Refusal} to answer with another code; a ProtocolError or UsageError (a body or a name
 * that makes no sense) is answered with SYSTEM_ERROR.
 */
export type Handler<N extends CommandName> = (call: Call<N>) => Answer<N> | Promise<Answer<N>>;

/** Which commands a server knows. All others are answered with REQUEST_CODE_NOT_SUPPORTED. */
export type Handlers = { readonly [N in CommandName]?: Handler<N> };
