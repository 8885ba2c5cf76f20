/** Inputs made of others, the same from the same number: what is found can be found again. */

/** Numbers that lengths, counts and signs go wrong at; cut to the width at hand. */
const EDGES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];
const WIDTHS = [1, 2, 3, 4, 8];

/** Random whole numbers below a bound (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** The bytes with `inserted` in the place of `removed` bytes at `at`. */
function spliced(bytes, at, { removed = 0, inserted = new Uint8Array(0) }) {
  const rest = bytes.subarray(Math.min(at + removed, bytes.length));
  const made = new Uint8Array(at + inserted.length + rest.length);
  made.set(bytes.subarray(0, at));
  made.set(inserted, at);
  made.set(rest, at + inserted.length);
  return made;
}

/** A big-endian number; undefined where there is none. */
function numberAt(bytes, at, width) {
  if (at < 0 || at + width > bytes.length) return undefined;
  let value = 0;
  for (let index = 0; index < width; index += 1) value = value * 256 + bytes[at + index];
  return value;
}

function setNumber(bytes, at, { width, value }) {
  for (let index = width - 1, left = value; index >= 0; index -= 1, left = Math.floor(left / 256)) {
    bytes[at + index] = ((left % 256) + 256) % 256;
  }
}

/** Most pieces are short, some are long: as lengths of fields are. */
function pieceLength(random, available) {
  return random(Math.min(available, [4, 16, 64, 512][random(4)])) + 1;
}

function piece(from, random) {
  if (from.length === 0) return from;
  const at = random(from.length);
  return from.subarray(at, at + pieceLength(random, from.length - at));
}

/**
 * Changes the size of something in the middle and every number in front that looks like a length of what lies around
 * it: lengths within lengths stay true, so that the change gets past their checks.
 */
function resized(bytes, at, change) {
  const made = spliced(bytes, at, change);
  const grown = made.length - bytes.length;
  for (const width of [4, 3, 2, 1]) {
    for (let from = Math.max(0, at - 4_096); from + width <= at; from += 1) {
      const value = numberAt(bytes, from, width);
      const end = from + width + value;
      // Of small numbers any may look like a length: only those that end with the bytes or where the change was.
      const isLength = width >= 3 ? value > 0 && end >= at && end <= bytes.length : end === at + (change.removed ?? 0);
      if (isLength || (width === 4 && from + value === bytes.length)) {
        setNumber(made, from, { width, value: value + grown });
      }
    }
  }
  return made;
}

/** What a new piece is made of: another input, a word, a piece of itself, or noise. */
function material(bytes, { random, other, words }) {
  switch (random(4)) {
    case 0:
      return piece(other, random);
    case 1:
      return words.length > 0 ? words[random(words.length)] : piece(bytes, random);
    case 2:
      return piece(bytes, random);
    default:
      return Uint8Array.from({ length: pieceLength(random, 16) }, () => random(256));
  }
}

/** Each changes bytes in place or gives others; there is at least one byte. */
const changes = [
  (bytes, { random }) => {
    bytes[random(bytes.length)] ^= 1 << random(8);
    return bytes;
  },
  (bytes, { random }) => {
    bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  (bytes, { random }) => {
    const at = random(bytes.length);
    const width = Math.min(WIDTHS[random(WIDTHS.length)], bytes.length - at);
    setNumber(bytes, at, { width, value: EDGES[random(EDGES.length)] });
    return bytes;
  },
  // A little more or less, or exactly what is left.
  (bytes, { random }) => {
    const at = random(bytes.length);
    const width = Math.min(WIDTHS[random(4)], bytes.length - at);
    const left = bytes.length - at - width;
    const near = random(4) === 0 ? left : numberAt(bytes, at, width) + random(33) - 16;
    setNumber(bytes, at, { width, value: near });
    return bytes;
  },
  (bytes, { random }) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, { random }) => {
    const at = random(bytes.length);
    return spliced(bytes, at, { removed: pieceLength(random, bytes.length - at) });
  },
  (bytes, tools) => spliced(bytes, tools.random(bytes.length + 1), { inserted: material(bytes, tools) }),
  (bytes, tools) => {
    const inserted = material(bytes, tools);
    return spliced(bytes, tools.random(bytes.length), { inserted, removed: inserted.length });
  },
  (bytes, tools) => {
    const at = tools.random(bytes.length);
    const removed = tools.random(2) === 0 ? 0 : pieceLength(tools.random, bytes.length - at);
    return resized(bytes, at, { removed, inserted: tools.random(3) === 0 ? undefined : material(bytes, tools) });
  },
  // Again and again: depth, and counts without end.
  (bytes, { random, maxBytes }) => {
    const at = random(bytes.length);
    const one = bytes.subarray(at, at + 1 + random(8));
    const times = 1 << random(random(8) === 0 ? 13 : 7);
    const inserted = new Uint8Array(Math.min(one.length * times, maxBytes));
    for (let index = 0; index < inserted.length; index += 1) inserted[index] = one[index % one.length];
    const change = { inserted };
    return random(2) === 0 ? spliced(bytes, at, change) : resized(bytes, at, change);
  },
  // Frames and records follow each other.
  (bytes, { random, other, prefix }) => {
    const inserted = other.subarray(prefix);
    return spliced(bytes, random(3) === 0 ? Math.min(prefix, bytes.length) : bytes.length, { inserted });
  },
  (bytes, { random, other }) => {
    const tail = other.subarray(random(other.length + 1));
    return spliced(bytes, random(bytes.length + 1), { removed: bytes.length, inserted: tail });
  },
];

/**
 * One input: another with a few changes, mostly one or two.
 * @param tools - `random`, `other` (a second input to take from), its `prefix` (bytes that only an input begins with), and
 * `words` of the protocol, as bytes; `maxBytes` is where inputs are cut
 */
export function mutated(input, tools) {
  const { random } = tools;
  let bytes = Uint8Array.from(input);
  for (let left = 1 << random(5); left > 0; left -= 1) {
    // From nothing, anything has to come from somewhere.
    if (bytes.length === 0) bytes = Uint8Array.from(material(tools.other, tools));
    if (bytes.length === 0) return bytes;
    bytes = changes[random(changes.length)](bytes, tools);
  }
  return bytes.slice(0, tools.maxBytes);
}
