import type { Handler } from '../call.ts';
import { pullMessage } from './pull-message.ts';

/** LITE_PULL_MESSAGE (361): the same as PULL_MESSAGE, from consumers that pull by themselves. */
export const litePullMessage: Handler<'litePullMessage'> = pullMessage;
