import type { Properties } from '@rmq/protocol/rocketmq/messages';
import { decodeProperties, encodeProperties } from '@rmq/protocol/rocketmq/messages';

const AFTER_NAME = '\u0001';
const AFTER_VALUE = '\u0002';

/**
 * A properties string with some properties set, or (undefined) taken out. The common case, names that are new, only
 * appends: the sender's own text is kept as it is.
 */
export function withProperties(text: string, changes: Readonly<Record<string, string | undefined>>): string {
  const names = Object.keys(changes);
  if (names.some((name) => text.includes(name + AFTER_NAME))) {
    return encodeProperties(changed(decodeProperties(text), changes));
  }
  const closed = text === '' || text.endsWith(AFTER_VALUE) ? text : text + AFTER_VALUE;
  return names.reduce((sum, name) => {
    const value = changes[name];
    return value === undefined ? sum : sum + name + AFTER_NAME + value + AFTER_VALUE;
  }, closed);
}

function changed(properties: Properties, changes: Readonly<Record<string, string | undefined>>): Properties {
  const entries = new Map(Object.entries(properties));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) entries.delete(name);
    else entries.set(name, value);
  }
  return Object.fromEntries(entries);
}
