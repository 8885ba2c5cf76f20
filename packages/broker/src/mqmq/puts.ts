import { Writer } from '@rmq/protocol/bytes';
import { requestFrame, writeFrame } from '@rmq/protocol/mqmq';
import { LENGTH_BYTES, viewOf } from './answers.ts';

/** What a Put to a queue begins with: all but its message, of which it says that it is empty. */
export function headOfPut(queue: Uint8Array): Uint8Array {
  const writer = new Writer();
  writeFrame(writer, requestFrame({ type: 'Put', queue, message: new Uint8Array(0) }));
  return writer.take();
}

/** Where the Puts end that a chunk begins with, if all have this head and there are some within the first `max` bytes. */
export function endOfPuts(chunk: Uint8Array, head: Uint8Array, max: number): number {
  if (!isLike(chunk, 0, head)) return 0; // mostly without a view
  const view = viewOf(chunk);
  let end = 0;
  while (end + head.length <= max) {
    const size = head.length + view.getUint32(end + head.length - LENGTH_BYTES);
    if (end + size > max || view.getUint32(end) !== size - LENGTH_BYTES || !isLike(chunk, end, head)) break;
    end += size;
  }
  return end;
}

/** Whether the head at `at` is this one, but for its lengths, which are at its beginning and at its end. */
function isLike(chunk: Uint8Array, at: number, head: Uint8Array): boolean {
  for (let each = LENGTH_BYTES; each < head.length - LENGTH_BYTES; each += 1) {
    if (chunk[at + each] !== head[each]) return false;
  }
  return true;
}
