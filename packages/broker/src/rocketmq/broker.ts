import type { HostAddress } from '@rmq/protocol/rocketmq/messages';
import { uniqueKeyGenerator } from '@rmq/protocol/rocketmq/messages';
import { HeldRequests } from '../core/held-requests.ts';
import { OffsetTable } from '../core/offset-table.ts';
import { QueueLocks } from '../core/queue-locks.ts';
import { RateMeter } from '../core/rate-meter.ts';
import type { Peer } from './call.ts';
import { DelayedMessages } from './delays.ts';
import type { BrokerEvent } from './events.ts';
import { Groups } from './groups.ts';
import { Members } from './members.ts';
import type { ResolvedOptions } from './options.ts';
import { Routes } from './routes.ts';
import { MessageStore } from './store.ts';
import { Topics } from './topics.ts';

/** How long a queue lock holds without being renewed, as in RocketMQ. Milliseconds. */
const LOCK_MS = 60_000;
/** How many offsets groups may leave here. They are free to invent queue numbers. */
const MAX_OFFSETS = 1_000_000;
/** How many queue locks may be held. */
const MAX_LOCKS = 100_000;

/** Where a broker is. */
export interface BrokerPlace {
  /** `host:port`, as routes tell it to clients. */
  readonly address: string;
  /** The same as stored messages keep it: an IP address. */
  readonly host: HostAddress;
}

/** All that a broker remembers, and the few things several commands do with it. Commands themselves are in `handlers/`. */
export class Broker {
  readonly options: ResolvedOptions;
  readonly place: BrokerPlace;
  readonly emit: (event: BrokerEvent) => void;
  readonly startedAt: number;
  readonly routes: Routes;
  readonly topics: Topics;
  readonly groups: Groups;
  readonly members: Members;
  /** How far groups have confirmed. */
  readonly offsets: OffsetTable = new OffsetTable(MAX_OFFSETS);
  /** How far groups have been handed messages; for tools. */
  readonly pulled: OffsetTable = new OffsetTable(MAX_OFFSETS);
  /** Where an operator wants groups to go on: applies at the next pull. */
  readonly resets: OffsetTable = new OffsetTable(MAX_OFFSETS);
  readonly locks: QueueLocks;
  readonly held: HeldRequests;
  readonly store: MessageStore;
  readonly delays: DelayedMessages;
  /** Messages handed out, per second. */
  readonly gets: RateMeter;
  /** Makes the UNIQ_KEY of messages that come without one. */
  readonly nextUniqueKey: () => string;

  constructor(options: ResolvedOptions, place: BrokerPlace, emit: (event: BrokerEvent) => void) {
    const { clock, clusterName, brokerName, maxNames, random } = options;
    this.options = options;
    this.place = place;
    this.emit = emit;
    this.startedAt = clock.now();
    this.routes = new Routes({ clusterName, brokerName, address: place.address, maxEntries: maxNames });
    this.topics = new Topics(options, emit, (topic, config) => this.routes.register(topic, config));
    this.groups = new Groups(options, emit);
    this.members = new Members(clock.now);
    this.locks = new QueueLocks({ now: clock.now, validMs: LOCK_MS });
    this.held = new HeldRequests(clock, options.maxHeldPulls);
    this.store = new MessageStore(options, place.host, this.held);
    this.delays = new DelayedMessages({ options, store: this.store, topics: this.topics, emit });
    this.gets = new RateMeter(clock.now);
    const identity = (): number => Math.floor(random() * 2 ** 31);
    this.nextUniqueKey = uniqueKeyGenerator({ processId: identity(), discriminator: identity(), now: clock.now });
  }

  /** Whether another queue can be locked. */
  get hasRoomForLocks(): boolean {
    if (this.locks.size >= MAX_LOCKS) this.locks.sweep();
    return this.locks.size < MAX_LOCKS;
  }

  /** A queue number below `count`, by chance. */
  anyQueue(count: number): number {
    return Math.min(count - 1, Math.floor(this.options.random() * count));
  }

  /**
   * Tells all members of a group that it changed (NOTIFY_CONSUMER_IDS_CHANGED), so that they share the queues out anew;
   * otherwise they would find out at their next rebalance, up to 20 s later.
   */
  notifyMembers(group: string): void {
    const online = this.members.consumerGroup(group);
    const members = [...(online?.members.values() ?? [])];
    this.emit({ type: 'consumers.changed', level: 'info', group, members: members.map(({ clientId }) => clientId) });
    // Members of a broadcasting group each read everything: nothing to share out.
    if (online?.messageModel === 'BROADCASTING') return;
    if (this.groups.get(group)?.notifyConsumerIdsChangedEnable === false) return;
    for (const { peer } of members) peer.tell({ name: 'notifyConsumerIdsChanged', fields: { consumerGroup: group } });
  }

  /** Forgets a client whose connection is over, and tells the others. */
  peerGone(peer: Peer): void {
    this.held.drop(peer);
    for (const group of this.members.drop(peer)) this.notifyMembers(group);
  }

  /** Deletes a topic with all that is known about it. */
  deleteTopic(topic: string): void {
    const config = this.topics.get(topic);
    if (config === undefined) return;
    this.topics.remove(topic);
    this.store.removeTopic(topic, Math.max(config.readQueueNums, config.writeQueueNums));
    for (const table of [this.offsets, this.pulled, this.resets]) table.removeTopic(topic);
  }

  /** Stops all timers. */
  close(): void {
    this.held.clear();
    this.delays.close();
  }
}
