export { startServer } from './start-server.ts';
export type { MqmqServer } from './start-server.ts';
export type { ServerOptions } from './options.ts';
export type { CloseReason, LimitError, MqmqServerEvent } from './events.ts';
export { ConnectionEnd } from '../core/connection-end.ts';
export type { ConnectionEndCode } from '../core/connection-end.ts';
