import type { Handler } from '../call.ts';
import { sendBack } from '../retries.ts';
import { maxAttempts } from '../sending.ts';

/** CONSUMER_SEND_MSG_BACK (36): a consumer could not handle a message and wants it again later. */
export const consumerSendMsgBack: Handler<'consumerSendMsgBack'> = ({ broker, command, fields }) => {
  const { group, offset, delayLevel, maxReconsumeTimes } = fields;
  sendBack(broker, {
    group,
    offset,
    delayLevel,
    maxAttempts: (configured) => maxAttempts(command, maxReconsumeTimes, configured),
  });
  return {};
};
