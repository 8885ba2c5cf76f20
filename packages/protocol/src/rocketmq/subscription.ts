import { UsageError } from '../errors.ts';
import type { SubscriptionData } from './bodies/client.ts';

/** The expression that stands for all messages. */
export const SUBSCRIBE_ALL = '*';

/** What a tag expression says. */
export interface TagExpression {
  /** As it travels: `*`, or the text as given. */
  readonly subString: string;
  /** No tags: everything matches. */
  readonly tags: readonly string[];
  /** {@link javaHash} of each tag, which is what brokers filter by. */
  readonly codes: readonly number[];
}

/** `String.hashCode()` of Java: int32 over UTF-16 units. Brokers keep this of each message's tag. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/**
 * Reads a tag expression such as `new || paid`, after `FilterAPI.java`. Blank and `*` mean everything.
 *
 * @throws UsageError `name-invalid` when nothing is left between the bars.
 */
export function parseTagExpression(expression: string): TagExpression {
  const text = expression.trim();
  if (text === '' || text === SUBSCRIBE_ALL) return { subString: SUBSCRIBE_ALL, tags: [], codes: [] };
  const parts = text.split('||').map((tag) => tag.trim());
  const tags = [...new Set(parts.filter((tag) => tag !== ''))];
  if (tags.length === 0) throw new UsageError('name-invalid', `tag expression "${expression}" names no tag`);
  return { subString: expression, tags, codes: [...new Set(tags.map(javaHash))] };
}

/**
 * A consumer's subscription to a topic by tags, as heartbeats and pulls carry it.
 *
 * @param version - ms clock of the last change of the subscription. Brokers refuse pulls newer than the heartbeat.
 * @throws UsageError `name-invalid` when the expression names no tag.
 */
export function subscription(topic: string, expression: string, version: number): SubscriptionData {
  const { subString, tags, codes } = parseTagExpression(expression);
  return {
    topic,
    subString,
    tagsSet: tags,
    codeSet: codes,
    subVersion: version,
    expressionType: 'TAG',
    classFilterMode: false,
  };
}

/**
 * The second stage of the tag filter: brokers compare hashes only, so a consumer must compare the tags.
 *
 * SQL subscriptions and `*` have no tags and match everything the broker sent.
 */
export function matchesTags(sub: SubscriptionData, tag: string | undefined): boolean {
  if (sub.tagsSet.length === 0 || sub.classFilterMode) return true;
  return tag !== undefined && sub.tagsSet.includes(tag);
}
