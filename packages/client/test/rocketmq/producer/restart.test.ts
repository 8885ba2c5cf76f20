import { encodeFrame, frameDecoder, type RemotingCommand, response } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { FakeClock, seededRandom } from '@rmq/testkit';
import { type Listener, memoryNetwork, type Transport } from '@rmq/transport';
import { ClientInstance } from '../../../src/rocketmq/client-instance.ts';
import { resolveClientOptions } from '../../../src/rocketmq/options.ts';
import { createProducer } from '../../../src/rocketmq/producer/producer.ts';
import { route } from '../name-server-rig.ts';
import { message, watched } from './rig.ts';

/** A name server and one broker on real connections; the broker can die and come back. */
async function cluster(seed: number) {
  const network = memoryNetwork();
  const clock = new FakeClock();
  const received: RemotingCommand[] = [];
  const connections = new Set<Transport>();
  const stored = { msgId: 'A', queueId: 0, queueOffset: 0n };
  const answer = (command: RemotingCommand): RemotingCommand => {
    if (command.code === 105) return response(command, { code: 0, body: encodeBody('TopicRouteData', route(['a'])) });
    if (command.code !== 310) return response(command, { code: 0 });
    received.push(command);
    return response(command, { code: 0, name: 'sendMessageV2', fields: stored });
  };
  const serve = async (transport: Transport): Promise<void> => {
    const decoder = frameDecoder();
    for await (const chunk of transport.incoming) {
      for (const frame of decoder.push(chunk)) await transport.write([encodeFrame(answer(frame))]);
    }
  };
  const listen = async (host: string): Promise<Listener> => {
    const listener = await network.listen({ host, port: 1 });
    void (async () => {
      for await (const transport of listener.incoming) {
        if (host === 'a') connections.add(transport);
        void serve(transport).catch(() => undefined);
      }
    })();
    return listener;
  };
  await listen('n');
  let broker = await listen('a');
  const die = async (): Promise<void> => {
    await broker[Symbol.asyncDispose]();
    for (const transport of connections) transport.abort(new Error('killed'));
    connections.clear();
  };
  const comeBack = async (): Promise<void> => {
    broker = await listen('a');
  };
  const options = { nameServers: ['n:1'], dial: network.dial, clock, instanceName: 'me', random: seededRandom(seed) };
  const instance = new ClientInstance(resolveClientOptions(options), () => undefined);
  const producer = createProducer(instance, { group: 'G' });
  return { clock, comeBack, die, instance, producer, received };
}

describe('the restart of the only broker', () => {
  it.each([1, 2, 3, 4, 5])('fails no send if it takes less than their time (seed %i)', async (seed) => {
    const { clock, comeBack, die, instance, producer, received } = await cluster(seed);
    await producer.send(message);
    await die();
    const sends = Array.from({ length: 20 }, () => watched(producer.send(message, { timeoutMs: 4_000 })));
    await clock.advance(2_500);
    expect(sends.filter(({ isSettled }) => isSettled)).toEqual([]);
    await comeBack();
    await clock.advance(1_490);
    expect(sends.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
    expect(received).toHaveLength(21);
    await instance.close({ timeoutMs: 0 });
  });
});
