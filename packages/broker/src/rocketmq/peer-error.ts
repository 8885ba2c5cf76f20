import { RmqError } from '@rmq/protocol';

/** Why a client did not answer what the broker asked it. */
export type PeerErrorCode = 'peer-timeout' | 'peer-gone' | 'peer-busy';

/** A client did not answer. Handlers turn it into a response code; no caller ever sees one. */
export class PeerError extends RmqError<PeerErrorCode> {}
