import type { SubscriptionGroupConfig } from '@rmq/protocol/rocketmq/bodies';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { checkGroup } from '@rmq/protocol/rocketmq/messages';
import { isRmqError } from '@rmq/protocol';
import type { Broker } from './broker.ts';
import { Refusal } from './refusal.ts';

/** Creates or changes a group whose settings make sense. */
export function setGroup(broker: Broker, config: SubscriptionGroupConfig): void {
  try {
    checkGroup(config.groupName);
  } catch (error) {
    if (!isRmqError(error, 'name-invalid')) throw error;
    throw new Refusal(responseCodes.invalidParameter, error.message);
  }
  broker.groups.set(config);
}
