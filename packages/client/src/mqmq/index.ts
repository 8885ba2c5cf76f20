export type { ConnectionStatus } from '../core/link.ts';
export type { ConnectOptions, GetOptions, MqmqClient, RequestOptions } from './client.ts';
export { connect } from './client.ts';
export type { MqmqEvent, QueueName } from './events.ts';
export type { RequestFailure } from './failures.ts';
export type { MqmqMessage } from './message.ts';
export type { MessagesOptions } from './messages.ts';
export type { ClientOptions } from './options.ts';
export { DEFAULT_ADDRESS } from './options.ts';
