/** A target with faults of every kind that the fuzzer is there for, each behind four bytes in a row. */

/** Byte by byte, so that each is a turn of a loop: who is not told how far inputs get finds none of these. */
function says(bytes, word) {
  for (let at = 0; at < word.length; at += 1) {
    if (bytes[at] !== word.charCodeAt(at)) return false;
  }
  return true;
}

export function run(bytes, check) {
  if (says(bytes, 'type')) throw new TypeError('planted');
  if (says(bytes, 'room')) new Uint8Array(2 ** 24);
  if (says(bytes, 'same')) check.same(1, 2, 'planted');
  if (says(bytes, 'keep')) bytes.fill(0);
  if (says(bytes, 'work')) for (let left = 1_000_000; left > 0; left -= 1) says(bytes, 'w');
  if (says(bytes, 'hang')) for (;;);
}
