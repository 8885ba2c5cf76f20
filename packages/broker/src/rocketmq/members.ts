import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type {
  Connection,
  ConsumeFromWhere,
  ConsumerData,
  ConsumeType,
  HeartbeatData,
  MessageModel,
  SubscriptionData,
} from '@rmq/protocol/rocketmq/bodies';
import type { Peer } from './call.ts';

/** One connected member of a group. */
export interface Member {
  readonly peer: Peer;
  readonly clientId: string;
  /** Undefined when its name is none we know. */
  readonly language: string | undefined;
  readonly version: number;
  /** When its last heartbeat came. Epoch ms. */
  readonly seenAt: number;
}

/** An online consumer group. All members are taken to want the same: the last heartbeat wins. */
export interface ConsumerGroup {
  readonly group: string;
  readonly members: ReadonlyMap<Peer, Member>;
  readonly subscriptions: ReadonlyMap<string, SubscriptionData>;
  readonly consumeType: ConsumeType;
  readonly messageModel: MessageModel;
  readonly consumeFromWhere: ConsumeFromWhere;
}

interface OpenGroup extends ConsumerGroup {
  readonly members: Map<Peer, Member>;
  readonly subscriptions: Map<string, SubscriptionData>;
  consumeType: ConsumeType;
  messageModel: MessageModel;
  consumeFromWhere: ConsumeFromWhere;
}

/** Who is connected, as they said in their heartbeats: producers and consumers by group. */
export class Members {
  readonly #consumers = new Map<string, OpenGroup>();
  readonly #producers = new Map<string, Map<Peer, Member>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  consumerGroup(group: string): ConsumerGroup | undefined {
    return this.#consumers.get(group);
  }

  consumerGroups(): readonly ConsumerGroup[] {
    return [...this.#consumers.values()];
  }

  producers(group: string): readonly Member[] {
    return [...(this.#producers.get(group)?.values() ?? [])];
  }

  producerGroups(): ReadonlyMap<string, ReadonlyMap<Peer, Member>> {
    return this.#producers;
  }

  /** The member of this group with this client id. */
  find(group: string, clientId: string): Member | undefined {
    return [...(this.#consumers.get(group)?.members.values() ?? [])].find((member) => member.clientId === clientId);
  }

  /** Notes a producer. */
  joinProducer(group: string, member: Member): void {
    const members = this.#producers.get(group);
    if (members === undefined) this.#producers.set(group, new Map([[member.peer, member]]));
    else members.set(member.peer, member);
  }

  /**
   * Notes a consumer and what it wants.
   * @param keepsSubscriptions - a short heartbeat: what the group wants stays as it is
   * @returns whether the others should know: it is new, or topics came or went
   */
  joinConsumer(data: ConsumerData, member: Member, keepsSubscriptions: boolean): boolean {
    const group = this.#openGroup(data);
    const isNew = !group.members.has(member.peer);
    group.members.set(member.peer, member);
    group.consumeType = data.consumeType;
    group.messageModel = data.messageModel;
    group.consumeFromWhere = data.consumeFromWhere;
    const changed = !keepsSubscriptions && updateSubscriptions(group.subscriptions, data.subscriptionDataSet);
    return isNew || changed;
  }

  /** Takes a member out. It is known by its connection alone, whatever client id it gives. @returns was it there */
  leave(kind: 'producer' | 'consumer', group: string, peer: Peer): boolean {
    const members = kind === 'producer' ? this.#producers.get(group) : this.#consumers.get(group)?.members;
    if (members === undefined) return false;
    const was = members.delete(peer);
    if (members.size === 0) (kind === 'producer' ? this.#producers : this.#consumers).delete(group);
    return was;
  }

  /** Takes a closed connection out of everything. @returns the consumer groups it was in */
  drop(peer: Peer): readonly string[] {
    for (const group of [...this.#producers.keys()]) this.leave('producer', group, peer);
    return [...this.#consumers.keys()].filter((group) => this.leave('consumer', group, peer));
  }

  /** Connections whose heartbeats stopped more than `ms` ago. */
  silentFor(ms: number): ReadonlySet<Peer> {
    const since = this.#now() - ms;
    const all = [...this.#producers.values(), ...[...this.#consumers.values()].map(({ members }) => members)];
    return new Set(
      all.flatMap((members) => [...members.values()].filter(({ seenAt }) => seenAt <= since)).map(({ peer }) => peer),
    );
  }

  #openGroup({ groupName, consumeType, messageModel, consumeFromWhere }: ConsumerData): OpenGroup {
    const known = this.#consumers.get(groupName);
    if (known !== undefined) return known;
    const group: OpenGroup = {
      group: groupName,
      members: new Map(),
      subscriptions: new Map(),
      consumeType,
      messageModel,
      consumeFromWhere,
    };
    this.#consumers.set(groupName, group);
    return group;
  }
}

/** A member as its heartbeat introduces it. */
export function memberOf(
  peer: Peer,
  data: HeartbeatData,
  heartbeat: { readonly command: RemotingCommand; readonly now: number },
): Member {
  const { language, version } = heartbeat.command;
  return { peer, clientId: data.clientID, language, version, seenAt: heartbeat.now };
}

/** A member as lists of connections show it. */
export function connectionOf({ peer, clientId, language, version }: Member): Connection {
  return { clientAddr: peer.address, clientId, language, version };
}

/** Newer subscriptions replace older ones; topics no longer named go. @returns whether topics came or went */
function updateSubscriptions(known: Map<string, SubscriptionData>, given: readonly SubscriptionData[]): boolean {
  const topics = new Set(given.map(({ topic }) => topic));
  let changed = false;
  for (const sub of given) {
    const old = known.get(sub.topic);
    if (old === undefined) changed = true;
    if (old === undefined || sub.subVersion > old.subVersion) known.set(sub.topic, sub);
  }
  for (const topic of [...known.keys()]) if (!topics.has(topic) && known.delete(topic)) changed = true;
  return changed;
}
