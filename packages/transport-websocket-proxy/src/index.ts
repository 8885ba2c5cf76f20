export { subprotocol } from './protocol.ts';
