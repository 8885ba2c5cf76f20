import { RmqError } from '@rmq/protocol';
import type { ExtFields } from '@rmq/protocol/rocketmq';
import { responseCodes } from '@rmq/protocol/rocketmq';

/** Thrown by a handler to answer with another code than success. Only the session catches it; no caller ever sees one. */
export class Refusal extends RmqError<'refused'> {
  readonly responseCode: number;
  readonly remark: string;
  readonly extra: ExtFields | undefined;

  constructor(responseCode: number, remark: string, extra?: ExtFields) {
    super('refused', `${responseCode}: ${remark}`);
    this.responseCode = responseCode;
    this.remark = remark;
    this.extra = extra;
  }
}

/** What RocketMQ says of a topic that is not there, wherever that stops a request. */
export function noSuchTopic(topic: string): Refusal {
  return new Refusal(responseCodes.topicNotExist, `topic[${topic}] not exist, apply first please!`);
}

/** What RocketMQ says of a group that is not there. */
export function noSuchGroup(group: string): Refusal {
  return new Refusal(responseCodes.subscriptionGroupNotExist, `Group ${group} not exist!`);
}

/** A bound of this broker is reached: clients wait and try again. */
export function overloaded(what: string): Refusal {
  return new Refusal(responseCodes.systemBusy, `[OVERLOAD]${what}`);
}
