import type { Handler } from '../call.ts';
import { send } from '../sending.ts';

/** SEND_MESSAGE (10): stores a message. Old and Go clients send with this one. */
export const sendMessage: Handler<'sendMessage'> = send;
