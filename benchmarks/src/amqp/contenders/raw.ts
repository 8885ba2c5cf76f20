/** The floor: a socket that sends what was encoded before, and reads of frames no more than it needs to answer them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  ChannelAssembly,
  encodeFrame,
  frameDecoder,
  type GivenMethod,
  type MethodName,
  protocolHeader,
  publishTemplate,
  writeMethodFrame,
  writePublish,
} from '@rmq/protocol/amqp';
import { Writer } from '@rmq/protocol/bytes';
import { type Measured, Measurement } from '../../peer/measurement.ts';
import { serve } from '../../peer/serve.ts';
import type { AmqpCommand } from '../command.ts';

const FRAME_MAX = 131_072;
/** Of a frame: type, channel and size in front, the end mark behind. */
const [HEAD_BYTES, END_BYTES] = [7, 1];
const METHOD = 1;
const [BASIC_DELIVER, BASIC_ACK] = [0x003c_003c, 0x003c_0050];

serve<AmqpCommand>({
  client: 'raw socket',

  async send(command) {
    const socket = await open(command);
    // It also fills the queue for those that consume.
    await call(socket, { name: 'queue.declare', args: { queue: command.queue } }, 'queue.declareOk');
    await call(socket, { name: 'confirm.select', args: {} }, 'confirm.selectOk');
    const one = publishFrames(command);
    const many = Buffer.concat(Array.from({ length: command.inFlight }, () => one));
    const measurement = new Measurement(command);
    let left = command.messages + command.warmUp;
    let last = 0;
    const sendOn = (wanted: number): void => {
      const count = Math.min(wanted, left);
      left -= count;
      if (count > 0) socket.write(many.subarray(0, count * one.length));
    };
    onMethods(socket, (chunk, at) => {
      if (chunk.readUInt32BE(at) !== BASIC_ACK) throw new Error('something else than a confirm');
      // Of one queue, confirms come in order: a tag stands for all up to it, whether it says so or not.
      const tag = chunk.readUInt32BE(at + 8);
      const confirmed = tag - last;
      last = tag;
      measurement.add(confirmed);
      sendOn(confirmed);
    });
    sendOn(command.inFlight);
    return ended(measurement, socket);
  },

  async consume(command) {
    const socket = await open(command);
    await call(socket, { name: 'basic.qos', args: { prefetchCount: command.inFlight } }, 'basic.qosOk');
    const measurement = new Measurement(command);
    const ack = encoded({ name: 'basic.ack', args: { deliveryTag: 0 } });
    let acks: Buffer[] = [];
    onMethods(
      socket,
      (chunk, at) => {
        if (chunk.readUInt32BE(at) !== BASIC_DELIVER) return;
        // The consumer tag, a short string, is in front of the delivery tag.
        const tagAt = at + 5 + chunk.readUInt8(at + 4);
        const own = Buffer.from(ack);
        chunk.copy(own, HEAD_BYTES + 4, tagAt, tagAt + 8);
        acks.push(own);
      },
      () => {
        if (acks.length === 0) return;
        socket.write(Buffer.concat(acks));
        measurement.add(acks.length);
        acks = [];
      },
    );
    socket.write(encoded({ name: 'basic.consume', args: { queue: command.queue } }));
    return ended(measurement, socket);
  },
});

function encoded(method: GivenMethod, channel = 1): Buffer {
  const writer = new Writer(256);
  writeMethodFrame(writer, channel, method);
  return Buffer.from(writer.take());
}

function publishFrames({ queue, bodyBytes }: AmqpCommand): Buffer {
  const writer = new Writer(bodyBytes + 256);
  const properties = { contentType: 'application/json', deliveryMode: 1 };
  const template = publishTemplate({ channel: 1, frameMax: FRAME_MAX, exchange: '', routingKey: queue, properties });
  writePublish(writer, template, { body: new Uint8Array(bodyBytes).fill(0x78) });
  return Buffer.from(writer.take());
}

/** Connects as guest and opens channel 1. */
async function open({ host, port }: AmqpCommand): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  const startOk = { clientProperties: {}, mechanism: 'PLAIN', response: new TextEncoder().encode('\0guest\0guest') };
  socket.write(encodeFrame(protocolHeader));
  await answer(socket, 'connection.start');
  socket.write(encoded({ name: 'connection.startOk', args: { ...startOk, locale: 'en_US' } }, 0));
  await answer(socket, 'connection.tune');
  const tuneOk = { channelMax: 2_047, frameMax: FRAME_MAX, heartbeat: 0 };
  socket.write(encoded({ name: 'connection.tuneOk', args: tuneOk }, 0));
  socket.write(encoded({ name: 'connection.open', args: { virtualHost: '/' } }, 0));
  await answer(socket, 'connection.openOk');
  await call(socket, { name: 'channel.open', args: {} }, 'channel.openOk');
  return socket;
}

async function call(socket: Socket, method: GivenMethod, expected: MethodName): Promise<void> {
  socket.write(encoded(method));
  await answer(socket, expected);
}

/** Waits for a method, which comes alone: nothing else was asked for. */
async function answer(socket: Socket, expected: MethodName): Promise<void> {
  const decoder = frameDecoder();
  const assembly = new ChannelAssembly();
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    for (const frame of decoder.push(chunk)) {
      if (frame.type !== 'method') continue;
      const method = assembly.receive(frame)?.method;
      if (method?.name === expected) return;
      throw new Error(`${method?.name ?? 'nothing'} instead of ${expected}: ${JSON.stringify(method?.args)}`);
    }
  }
}

/** Calls back for each method frame, with the place of its payload, and at the end of each chunk. */
function onMethods(socket: Socket, onMethod: (chunk: Buffer, at: number) => void, onChunk?: () => void): void {
  let kept: Buffer | undefined;
  socket.on('data', (received: Buffer) => {
    const chunk = kept === undefined ? received : Buffer.concat([kept, received]);
    let at = 0;
    while (chunk.length - at >= HEAD_BYTES) {
      const next = at + HEAD_BYTES + chunk.readUInt32BE(at + 3) + END_BYTES;
      if (next > chunk.length) break;
      if (chunk[at] === METHOD) onMethod(chunk, at + HEAD_BYTES);
      at = next;
    }
    kept = at === chunk.length ? undefined : chunk.subarray(at);
    onChunk?.();
  });
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
