/** The seed corpus: what Java wrote and what was recorded, from the vectors of the tests. Nothing is kept twice. */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';

const lines = (name) =>
  readFileSync(new URL(`../test/rocketmq/${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A few seeds say as much as all, and are read in a moment. */
const SEEDS = 40;

/** The seeds of a target, as bytes. */
export function seeds(target) {
  const of = (kind) => lines('java.vectors').filter((each) => each.kind === kind);
  const decoded = (text) => Buffer.from(text, 'base64');
  const found = {
    frames: () => of('frame').flatMap((each) => [each.json, each.rocketmq].filter(Boolean).map(decoded)),
    messages: () => of('message').map((each) => decoded(each.bytes)),
    batches: () => of('batch').map((each) => decoded(each.bytes)),
    bodies: () => of('body').map((each, at) => Buffer.concat([Buffer.of(at & 0xff), decoded(each.bytes)])),
    properties: () =>
      of('message').map(({ properties }) =>
        Buffer.from(
          Object.entries(properties)
            .map(([name, value]) => `${name}\u0001${value}\u0002`)
            .join(''),
        ),
      ),
  }[target]();
  return found.filter((each) => each.length < 4_096).slice(0, SEEDS);
}
