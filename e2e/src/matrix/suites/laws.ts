import { amqpLaws } from '../../laws/amqp.ts';
import type { Law } from '../../laws/law.ts';
import { mqmqLaws } from '../../laws/mqmq.ts';
import { rocketmqLaws } from '../../laws/rocketmq.ts';
import { amqpVectors, mqmqVectors, type ReadVectors, rocketmqVectors } from '../../laws/vectors.ts';
import { type Suite, suite } from '../suite.ts';

interface LawsOf<Vectors> {
  readonly id: string;
  readonly title: string;
  readonly laws: readonly Law<Vectors>[];
  readonly vectors: (read: ReadVectors) => Promise<Vectors>;
}

function lawSuite<Vectors>({ id, title, laws, vectors }: LawsOf<Vectors>): Suite {
  return suite<Vectors>({
    id,
    title,
    cases: laws.map(({ name, check }) => ({
      name,
      async run(known) {
        if (check(known) === 0) throw new Error('there was no case');
      },
    })),
    async prepare({ task }) {
      const read: ReadVectors = async (path) =>
        (await fetch(new URL(`packages/protocol/test/${path}`, task.files))).text();
      return { state: await vectors(read) };
    },
  });
}

/** The built codecs keep their laws. */
export const lawSuites: readonly Suite[] = [
  lawSuite({ id: 'laws-rocketmq', title: 'codec laws: RocketMQ', laws: rocketmqLaws, vectors: rocketmqVectors }),
  lawSuite({ id: 'laws-amqp', title: 'codec laws: AMQP', laws: amqpLaws, vectors: amqpVectors }),
  lawSuite({ id: 'laws-mqmq', title: 'codec laws: mqmq', laws: mqmqLaws, vectors: mqmqVectors }),
];
