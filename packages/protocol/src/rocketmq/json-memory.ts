import { decodeUtf8 } from '../bytes/utf8.ts';
import { type HeaderPlace, jsonHead, jsonString, jsonTail, parseJsonHeader } from './header-json.ts';
import type { RemotingCommand } from './remoting-command.ts';

/** How many kinds of headers are remembered, and up to how many characters of each. */
const MAX_KINDS = 8;
const MAX_LENGTH = 2_048;
/** Learning takes longer than reading: where every header is of another kind, few of them should pay for it. */
const LEARN_EVERY = 16;

const OPAQUE = '"opaque":';
const INTEGER = /^(?:0|-?[1-9]\d{0,9})$/;
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const UNPLAIN = /[\u0000-\u001f\\]/;
const NO_BODY = new Uint8Array(0);

/** Headers that say the same but for their opaque number and the values of some ext fields. */
interface Kind {
  /** What is the same in all of them, but for values. */
  readonly key: string;
  /** One of them, without its body, which may be a small part of much memory. */
  readonly command: RemotingCommand;
  /** The fields whose values differ, in their order. */
  readonly open: readonly string[];
  /** The text around these values and the opaque number: one piece more than there are of both. */
  readonly pieces: readonly string[];
}

/**
 * A reader of JSON headers, for one connection or many, that remembers a few kinds of those that came before. A header
 * of such a kind is compared with what all of them say, and only what differs is read, which takes about half of the
 * time. Any other is read as ever; the result is the same in either way.
 */
export function jsonHeaderReader(): (place: HeaderPlace) => RemotingCommand {
  let kinds: readonly Kind[] = [];
  let unknown = 0;
  return ({ bytes, from, to, body }) => {
    const text = decodeUtf8(bytes.subarray(from, to));
    for (const kind of kinds) {
      const command = readLike(kind, text, body);
      if (command !== undefined) return command;
    }
    const command = parseJsonHeader(text, body);
    if (unknown % LEARN_EVERY === 0 && text.length <= MAX_LENGTH) {
      const { code, extFields, flag, language, version } = command;
      const key = [code, flag, language, version, ...Object.keys(extFields)].join();
      const last = kinds.find((kind) => kind.key === key);
      const kind = kindOf(command, { key, last });
      // A header that is written in another way than Java and we write it is of no kind.
      if (readLike(kind, text, body) !== undefined) {
        kinds = [kind, ...kinds.filter((other) => other !== last)].slice(0, MAX_KINDS);
      }
    }
    unknown += 1;
    return command;
  };
}

/** The kind of a header like `last`: what differs from it, or has differed before, is open. */
function kindOf(
  command: RemotingCommand,
  { key, last }: { readonly key: string; readonly last: Kind | undefined },
): Kind {
  const open: string[] = [];
  const pieces: string[] = [];
  let piece = '';
  for (const [name, value] of Object.entries(command.extFields)) {
    piece += `${piece === '' ? jsonHead(command.code) : ','}${jsonString(name)}:"`;
    if (last !== undefined && (last.open.includes(name) || last.command.extFields[name] !== value)) {
      open.push(name);
      pieces.push(piece);
      piece = '"';
    } else piece += jsonString(value).slice(1);
  }
  const head = piece === '' ? `{"code":${command.code},` : `${piece}},`;
  const tail = jsonTail(command, undefined);
  const at = tail.indexOf(OPAQUE) + OPAQUE.length;
  pieces.push(head + tail.slice(0, at), tail.slice(tail.indexOf(',', at)));
  return { key, command: { ...command, body: NO_BODY }, open, pieces };
}

/** Reads a header of a kind; undefined if it is of another, or no header. */
function readLike({ command, open, pieces }: Kind, text: string, body: Uint8Array): RemotingCommand | undefined {
  const [first = ''] = pieces;
  const last = pieces.at(-1) ?? '';
  if (text.slice(0, first.length) !== first || text.slice(-last.length) !== last) return undefined;
  const extFields: Record<string, string> = { ...command.extFields };
  let from = first.length;
  let place = 1;
  for (const name of open) {
    const end = text.indexOf('"', from);
    const value = stringAt(text, from, end);
    const piece = pieces[place] ?? '';
    from = end + piece.length;
    if (value === undefined || text.slice(end, from) !== piece) return undefined;
    extFields[name] = value;
    place += 1;
  }
  const number = text.slice(from, -last.length);
  const opaque = INTEGER.test(number) ? Number(number) : Number.NaN;
  if ((opaque | 0) !== opaque) return undefined;
  return { ...command, opaque, extFields, body };
}

/** The string between two quotes; undefined if it is none, or if the quote at its end is a part of it. */
function stringAt(text: string, from: number, end: number): string | undefined {
  const value = text.slice(from, end);
  if (!UNPLAIN.test(value)) return value;
  try {
    return JSON.parse(text.slice(from - 1, end + 1)) as string;
  } catch {
    return undefined;
  }
}
