import { UsageError } from '../errors.ts';

/**
 * A message's properties by name. Has no prototype, or must be read with `Object.hasOwn`: names come from strangers.
 *
 * The wire cannot hold an empty name or value, nor the two separators U+0001 and U+0002.
 */
export type Properties = Readonly<Record<string, string>>;

/** Longest properties string a message can hold: its length is a signed int16 everywhere. Bytes of UTF-8. */
export const MAX_PROPERTIES_BYTES = 32_767;

const NAME_END = '\u0001';
const ITEM_END = '\u0002';

function isClean(text: string): boolean {
  return text.length > 0 && !text.includes(NAME_END) && !text.includes(ITEM_END);
}

function unclean(what: string, text: string): UsageError {
  const fault =
    text === ''
      ? 'is empty: receivers would drop the property'
      : 'contains U+0001 or U+0002, which separate properties';
  return new UsageError('property-invalid', `${what} ${fault}`);
}

/**
 * The properties as one string: name, U+0001, value, U+0002 for each, in the object's order; what is one already, as it is.
 *
 * @throws UsageError `property-invalid` on an empty name or value, or one with a separator in it. Java sends these and
 * loses or corrupts properties.
 */
export function encodeProperties(properties: Properties | string): string {
  if (typeof properties === 'string') return properties;
  let text = '';
  for (const name of Object.keys(properties)) {
    const value = properties[name];
    if (value !== undefined) text += encodeProperty(name, value);
  }
  return text;
}

/** One property of {@link encodeProperties}; texts of several can be joined. @throws as {@link encodeProperties} */
export function encodeProperty(name: string, value: string): string {
  if (!isClean(name)) throw unclean('a property name', name);
  if (!isClean(value)) throw unclean(`the value of property ${name}`, value);
  return name + NAME_END + value + ITEM_END;
}

/**
 * Takes a properties string apart by Java's rules: a piece counts only with text on both sides of its first U+0001;
 * later duplicates win; the last U+0002 may be missing.
 *
 * @returns an object without a prototype.
 */
export function decodeProperties(text: string): Properties {
  const properties = Object.create(null) as Record<string, string>;
  let at = 0;
  let middle = -1;
  while (at < text.length) {
    // Looked for once each: items without a name would else be as many searches to the end.
    if (middle < at) middle = text.indexOf(NAME_END, at);
    if (middle < 0) break;
    const found = text.indexOf(ITEM_END, at);
    const end = found < 0 ? text.length : found;
    if (middle > at && middle < end - 1) properties[text.slice(at, middle)] = text.slice(middle + 1, end);
    at = end + 1;
  }
  return properties;
}

/** One property out of a properties string, without taking all of it apart. */
export function readProperty(text: string, name: string): string | undefined {
  if (name.length === 0) return undefined;
  const mark = name + NAME_END;
  // From the back: the last duplicate wins. A hit inside a value is none, and an empty value does not count.
  for (let at = text.lastIndexOf(mark); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(mark, at - 1)) {
    const from = at + mark.length;
    if (at > 0 && text[at - 1] !== ITEM_END) continue;
    const found = text.indexOf(ITEM_END, from);
    const value = text.slice(from, found < 0 ? text.length : found);
    if (value.length > 0) return value;
  }
  return undefined;
}
