import { responseCodes } from '@rmq/protocol/rocketmq';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** CHECK_CLIENT_CONFIG (46): whether a subscription is one this broker can filter by. Tags are, SQL is not. */
export const checkClientConfigHandler: Handler<'checkClientConfig'> = ({ command }) => {
  if (command.body.length === 0) return {}; // nothing asked, nothing wrong
  const { expressionType } = decodeBody('CheckClientConfig', command.body).subscriptionData;
  if (expressionType === 'TAG' || expressionType === '') return {};
  throw new Refusal(
    responseCodes.systemError,
    `The broker does not support consumer to filter message by ${expressionType}`,
  );
};
