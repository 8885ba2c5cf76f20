import { responseCodes } from '@rmq/protocol/rocketmq';

/**
 * What a pull's answer means for its queue, after `MQClientAPIImpl.processPullResponse`:
 *
 * - `found`: messages; go on behind them.
 * - `empty`: nothing new, or nothing that matches; go on behind what was looked at.
 * - `moved`: the offset is not valid (too small, too large, reset by an operator): start again from the broker's.
 * - `busy`: the broker throttles; a moment later, same offset.
 * - `failed`: later, same offset.
 */
export type PullStatus = 'found' | 'empty' | 'moved' | 'busy' | 'failed';

const statuses: Readonly<Record<number, PullStatus>> = {
  [responseCodes.success]: 'found',
  [responseCodes.pullNotFound]: 'empty',
  [responseCodes.pullRetryImmediately]: 'empty',
  [responseCodes.pullOffsetMoved]: 'moved',
  [responseCodes.flowControl]: 'busy',
};

/** The meaning of a response code to a pull. Codes 24, 25 and 26 are normal until the heartbeat arrived: `failed`. */
export function pullStatus(code: number): PullStatus {
  return statuses[code] ?? 'failed';
}

/** How long to wait before the same offset is asked for again. Milliseconds. */
export const pullBackoffMs = { busy: 20, failed: 1_000 } as const;
