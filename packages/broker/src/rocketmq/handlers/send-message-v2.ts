import type { Handler } from '../call.ts';
import { send } from '../sending.ts';

/** SEND_MESSAGE_V2 (310): stores a message; the same as SEND_MESSAGE with short field names. */
export const sendMessageV2: Handler<'sendMessageV2'> = send;
