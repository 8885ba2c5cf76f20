/** How far one group is with the queues of one topic, by queue number. */
type QueueOffsets = Map<number, bigint>;

/**
 * How far groups have read, by group, topic and queue. Offsets are what clients said, whatever they said: a broker checks
 * neither that they exist nor that they grow. The number of entries is bounded, as queue numbers are free to invent.
 */
export class OffsetTable {
  readonly #groups = new Map<string, Map<string, QueueOffsets>>();
  readonly #maxEntries: number;
  #entries = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get(group: string, topic: string, queueId: number): bigint | undefined {
    return this.#groups.get(group)?.get(topic)?.get(queueId);
  }

  /** @returns false when the table is full; then nothing has changed. */
  set(group: string, topic: string, queue: { readonly id: number; readonly offset: bigint }): boolean {
    let topics = this.#groups.get(group);
    const offsets = topics?.get(topic);
    const isNew = offsets?.has(queue.id) !== true;
    if (isNew && this.#entries >= this.#maxEntries) return false;
    if (isNew) this.#entries += 1;
    if (topics === undefined) {
      topics = new Map();
      this.#groups.set(group, topics);
    }
    if (offsets === undefined) topics.set(topic, new Map([[queue.id, queue.offset]]));
    else offsets.set(queue.id, queue.offset);
    return true;
  }

  /** Takes one entry out. @returns what it was */
  take(group: string, topic: string, queueId: number): bigint | undefined {
    const offsets = this.#groups.get(group)?.get(topic);
    const offset = offsets?.get(queueId);
    if (offsets?.delete(queueId)) this.#entries -= 1;
    return offset;
  }

  /** Topics this group has offsets of. */
  topicsOf(group: string): readonly string[] {
    return [...(this.#groups.get(group)?.keys() ?? [])];
  }

  /** Groups that have offsets of this topic. */
  groupsOf(topic: string): readonly string[] {
    return [...this.#groups].filter(([, topics]) => topics.has(topic)).map(([group]) => group);
  }

  removeGroup(group: string): void {
    for (const offsets of this.#groups.get(group)?.values() ?? []) this.#entries -= offsets.size;
    this.#groups.delete(group);
  }

  removeTopic(topic: string): void {
    for (const topics of this.#groups.values()) {
      this.#entries -= topics.get(topic)?.size ?? 0;
      topics.delete(topic);
    }
  }

  /** Copies what one group has of a topic to another group. @returns false when the table got full */
  copy(from: string, to: string, topic: string): boolean {
    const offsets = this.#groups.get(from)?.get(topic) ?? new Map<number, bigint>();
    return [...offsets].every(([id, offset]) => this.set(to, topic, { id, offset }));
  }
}
