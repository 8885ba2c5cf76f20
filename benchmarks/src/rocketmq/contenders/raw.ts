/** The floor: a socket that sends what was encoded before and counts frames by their length, reading nothing else. */
import { connect, type Socket } from 'node:net';
import { encodeRequest, flags, type Request, versions } from '@rmq/protocol/rocketmq';
import { type Measured, Measurement } from '../../peer/measurement.ts';
import { type BenchmarkCommand, serve } from '../../peer/serve.ts';

const QUEUES = 4;
const PULL = 32;

serve({
  client: 'raw socket',

  async send({ broker, topic, group, bodyBytes, inFlight, ...run }) {
    const one = encoded(sendRequest({ topic, group, bodyBytes }), 0);
    const many = Buffer.concat(Array.from({ length: inFlight }, () => one));
    const measurement = new Measurement(run);
    let left = run.warmUp + run.messages;
    const socket = open(broker, (answers) => {
      measurement.add(answers);
      sendOn(answers);
    });
    const sendOn = (wanted: number): void => {
      const count = Math.min(wanted, left);
      left -= count;
      if (count > 0) socket.write(many.subarray(0, count * one.length));
    };
    sendOn(inFlight);
    return ended(measurement, socket);
  },

  async consume({ broker, topic, group, ...run }) {
    const measurement = new Measurement(run);
    const offsets = Array.from({ length: QUEUES }, () => 0n);
    let turn = 0;
    // One pull after another, each of another queue; full ones, as there is more in the topic than is counted.
    const socket = open(broker, (answers) => {
      measurement.add(answers * PULL);
      for (let answer = 0; answer < answers; answer += 1) pull();
    });
    const pull = (): void => {
      const queueId = turn;
      turn = (turn + 1) % QUEUES;
      const queueOffset = offsets[queueId] ?? 0n;
      offsets[queueId] = queueOffset + BigInt(PULL);
      socket.write(encoded(pullRequest({ topic, group, queueId, queueOffset }), queueId));
    };
    for (let queue = 0; queue < QUEUES; queue += 1) pull();
    return ended(measurement, socket);
  },
});

function open(broker: string, onFrames: (count: number) => void): Socket {
  const [host = '', port = ''] = broker.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true });
  const count = frameCounter();
  socket.on('data', (chunk: Buffer) => {
    const frames = count(chunk);
    if (frames > 0) onFrames(frames);
  });
  return socket;
}

/** Counts how many frames end in a chunk. */
function frameCounter(): (chunk: Buffer) => number {
  const head = Buffer.alloc(4);
  let headBytes = 0;
  let left = 0;
  return (chunk) => {
    let frames = 0;
    for (let at = 0; at < chunk.length;) {
      if (headBytes < 4) {
        head[headBytes] = chunk[at] ?? 0;
        headBytes += 1;
        at += 1;
        if (headBytes === 4) left = head.readUInt32BE();
        continue;
      }
      const step = Math.min(left, chunk.length - at);
      at += step;
      left -= step;
      if (left > 0) break;
      headBytes = 0;
      frames += 1;
    }
    return frames;
  };
}

function encoded(request: Request, opaque: number): Buffer {
  const envelope = { opaque, flag: flags.request, language: 'JAVA', version: versions.v5_3_3 } as const;
  return Buffer.from(encodeRequest(request, { ...envelope, serializeType: 'json' }));
}

function sendRequest({
  topic,
  group,
  bodyBytes,
}: Pick<BenchmarkCommand, 'topic' | 'group' | 'bodyBytes'>): Request<'sendMessageV2'> {
  const fields = {
    producerGroup: group,
    topic,
    defaultTopic: 'TBW102',
    defaultTopicQueueNums: QUEUES,
    queueId: 0,
    sysFlag: 0,
    bornTimestamp: BigInt(Date.now()),
    flag: 0,
    properties: 'WAIT\u0001true\u0002',
    reconsumeTimes: 0,
    unitMode: false,
    batch: false,
  };
  return { name: 'sendMessageV2', fields, body: new Uint8Array(bodyBytes).fill(0x78) };
}

function pullRequest({
  topic,
  group,
  queueId,
  queueOffset,
}: {
  readonly topic: string;
  readonly group: string;
  readonly queueId: number;
  readonly queueOffset: bigint;
}): Request<'pullMessage'> {
  const fields = {
    consumerGroup: group,
    topic,
    queueId,
    queueOffset,
    maxMsgNums: PULL,
    sysFlag: 4, // the subscription comes with the request
    commitOffset: 0n,
    suspendTimeoutMillis: 0n,
    subscription: '*',
    subVersion: 0n,
    expressionType: 'TAG',
  };
  return { name: 'pullMessage', fields };
}

async function ended(measurement: Measurement, socket: Socket): Promise<Measured> {
  const failed = new Promise<never>((_, reject) => {
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the broker closed the connection'));
    });
  });
  try {
    return await Promise.race([measurement.done, failed]);
  } finally {
    failed.catch(() => undefined);
    socket.destroy();
  }
}
