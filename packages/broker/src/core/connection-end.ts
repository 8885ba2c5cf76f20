import { RmqError } from '@rmq/protocol';

/** Why a server ended a connection. */
export type ConnectionEndCode = 'idle' | 'slow-reader' | 'silent-client' | 'memory-full';

/** A connection ended because of what its client did, or did not do. Seen in events only. */
export class ConnectionEnd extends RmqError<ConnectionEndCode> {}
