import { responseCodes } from '@rmq/protocol/rocketmq';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** VIEW_MESSAGE_BY_ID (33): the one message at this place of the log, which its offset id names. */
export const viewMessageById: Handler<'viewMessageById'> = ({ broker, fields }) => {
  const record = broker.store.find(fields.offset);
  if (record === undefined) {
    throw new Refusal(responseCodes.systemError, `can not find message by the offset, ${fields.offset}`);
  }
  return { parts: [record.bytes] };
};
