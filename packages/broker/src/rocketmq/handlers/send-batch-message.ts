import type { Handler } from '../call.ts';
import { send } from '../sending.ts';

/** SEND_BATCH_MESSAGE (320): stores what a batch body holds, if the field `batch` says that it is one. */
export const sendBatchMessage: Handler<'sendBatchMessage'> = send;
