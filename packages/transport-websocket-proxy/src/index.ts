export { websocketDialer } from './dial.ts';
export type { WebsocketDialOptions } from './options.ts';
export type { CloseLike, FailureLike, UnsharedBytes, WebSocketConstructor, WebSocketLike } from './websocket-like.ts';
