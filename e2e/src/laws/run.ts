/** Judges the codecs on the runtime that runs this file: one JSON line of verdicts; exit code 1 if a law does not hold. */
import process from 'node:process';
import { judge } from './law.ts';
import { rocketmqLaws } from './rocketmq.ts';
import { rocketmqVectors } from './vectors.ts';

const verdicts = judge(rocketmqLaws, await rocketmqVectors());
process.stdout.write(`${JSON.stringify(verdicts)}\n`);
process.exitCode = verdicts.some(({ failure }) => failure !== undefined) ? 1 : 0;
