import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import { encodeFrame, frameDecoder, response } from '@rmq/protocol/rocketmq';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { FakeClock, drain } from '@rmq/testkit';
import { memoryNetwork, type Transport } from '@rmq/transport';
import { ClientInstance } from '../../src/rocketmq/client-instance.ts';
import type { RocketmqEvent } from '../../src/rocketmq/events.ts';
import type { Member } from '../../src/rocketmq/instance.ts';
import { resolveClientOptions } from '../../src/rocketmq/options.ts';
import { route } from './name-server-rig.ts';

const names: Readonly<Record<number, string>> = { 34: 'heartbeat', 35: 'unregister', 105: 'route' };

/** One server that is name server and broker, at the address a route names. */
async function rig() {
  const network = memoryNetwork();
  const clock = new FakeClock();
  const events: RocketmqEvent[] = [];
  const frames: RemotingCommand[] = [];
  const connections: Transport[] = [];
  const codes = new Map<number, number>();
  const routes = { current: route(['a']) };
  const listener = await network.listen({ host: 'a', port: 1 });
  const answer = (command: RemotingCommand): RemotingCommand =>
    response(command, {
      code: codes.get(command.code) ?? 0,
      ...(command.code === 105 ? { body: encodeBody('TopicRouteData', routes.current) } : {}),
    });
  const serve = async (transport: Transport): Promise<void> => {
    connections.push(transport);
    const decoder = frameDecoder();
    for await (const chunk of transport.incoming) {
      for (const frame of decoder.push(chunk)) {
        frames.push(frame);
        await transport.write([encodeFrame(answer(frame))]);
      }
    }
    await transport.end();
  };
  void (async () => {
    for await (const transport of listener.incoming) void serve(transport).catch(() => undefined);
  })();
  const options = { nameServers: ['a:1'], dial: network.dial, clock, instanceName: 'me', random: () => 0.5 };
  const instance = new ClientInstance(resolveClientOptions(options), (event) => void events.push(event));
  const asked = (): string[] => frames.map(({ code }) => names[code] ?? code.toString());
  const close = async (): Promise<void> => {
    await instance.close({ timeoutMs: 0 });
    await listener[Symbol.asyncDispose]();
  };
  return { instance, clock, events, frames, connections, codes, routes, asked, close };
}

const producer = (change: Partial<Member> = {}): Member => ({
  kind: 'producer',
  group: 'g',
  topics: () => ['T'],
  heartbeat: () => ({ groupName: 'g' }),
  close: () => Promise.resolve(),
  ...change,
});

describe('ClientInstance', () => {
  it('tells brokers every beat who is there, and asks for routes again', async () => {
    const { instance, clock, frames, asked, close } = await rig();
    instance.join(producer());
    await instance.routes.refresh('T');
    frames.length = 0;
    await clock.advance(30_000);
    expect(asked().sort()).toEqual(['heartbeat', 'route']);
    const heartbeat = frames.find(({ code }) => code === 34);
    expect(decodeBody('HeartbeatData', heartbeat?.body ?? new Uint8Array(0))).toMatchObject({
      clientID: '127.0.0.1@me',
      producerDataSet: [{ groupName: 'g' }],
      consumerDataSet: [],
    });
    frames.length = 0;
    await clock.advance(60_000);
    expect(asked().sort()).toEqual(['heartbeat', 'heartbeat', 'route', 'route']);
    await close();
    expect(clock.pending).toBe(0);
  });

  it('says nothing of nobody', async () => {
    const { instance, asked, close } = await rig();
    await instance.routes.refresh('T');
    await instance.heartbeatNow();
    expect(asked()).toEqual(['route']);
    await close();
  });

  it('reports a heartbeat that a broker refuses, and goes on', async () => {
    const { instance, events, codes, close } = await rig();
    instance.join(producer());
    await instance.routes.refresh('T');
    codes.set(34, 1);
    await instance.heartbeatNow();
    const failed = events.filter(({ type }) => type === 'heartbeat.failed');
    expect(failed).toMatchObject([{ address: 'a:1', cause: { code: 'refused', responseCode: 1 } }]);
    await close();
  });

  it('greets a broker on each new connection, then tells the members', async () => {
    const { instance, clock, frames, connections, asked, close } = await rig();
    const greeted: string[] = [];
    instance.join(producer({ brokerConnected: (address) => greeted.push(address) }));
    await instance.routes.refresh('T');
    connections[0]?.abort(new Error('the network broke'));
    await drain();
    frames.length = 0;
    await clock.advance(2_000);
    await instance.routes.refresh('T');
    await drain();
    expect(asked()).toContain('heartbeat');
    expect(greeted).toEqual(['a:1']);
    await close();
  });

  it('has one member of a kind and group, until it leaves: brokers are told then, once', async () => {
    const { instance, frames, asked, close } = await rig();
    const leave = instance.join(producer());
    expect(() => instance.join(producer())).toThrow(expect.objectContaining({ code: 'group-taken' }));
    await instance.routes.refresh('T');
    frames.length = 0;
    await Promise.all([leave(), leave()]);
    expect(asked()).toEqual(['unregister']);
    expect(frames[0]?.extFields).toMatchObject({ clientID: '127.0.0.1@me', producerGroup: 'g' });
    instance.join(producer());
    await close();
  });

  it('leaves although no broker can be told', async () => {
    const { instance, events, close } = await rig();
    const leave = instance.join(producer());
    await instance.routes.refresh('T');
    await close();
    await leave();
    expect(events.at(-1)).toMatchObject({ type: 'unregister.failed', address: 'a:1' });
  });

  it('tells members of a new route if the topic is theirs', async () => {
    const { instance, close } = await rig();
    const heard: string[] = [];
    instance.join(producer({ routeChanged: (topic) => heard.push(topic) }));
    await instance.routes.refresh('T');
    await instance.routes.refresh('U');
    expect(heard).toEqual(['T']);
    await close();
  });

  it('asks one member after the other for an answer to the server', async () => {
    const { instance, frames, connections, close } = await rig();
    instance.join(producer({ serverRequest: () => undefined }));
    const serverRequest: Member['serverRequest'] = (command) => Promise.resolve(response(command, { code: 7 }));
    instance.join(producer({ group: 'h', serverRequest }));
    await instance.routes.refresh('T');
    const [first] = frames;
    if (first !== undefined) await connections[0]?.write([encodeFrame({ ...first, code: 39, flag: 0, opaque: 5 })]);
    await drain();
    expect(frames.at(-1)).toMatchObject({ opaque: 5, code: 7 });
    await close();
  });

  it('closes the connections to brokers that no route names any more, and keeps the name servers', async () => {
    const { instance, routes, close } = await rig();
    await instance.routes.refresh('T');
    routes.current = route(['b']);
    const gone = instance.remoting.call('c:1', { name: 'heartBeat', fields: {} }).catch((cause: unknown) => cause);
    expect(instance.remoting.all.map(({ address }) => address)).toEqual(['a:1', 'c:1']);
    await instance.routes.refresh('T');
    expect(instance.remoting.all.map(({ address }) => address)).toEqual(['a:1']);
    expect(await gone).toMatchObject({ name: 'ConnectionError' });
    await close();
  });

  it('closes consumers, then producers, then connections; then nobody can join', async () => {
    const { instance, connections, close } = await rig();
    const order: string[] = [];
    const member = (kind: Member['kind']): Member => ({
      ...producer({ kind }),
      async close({ timeoutMs }) {
        await drain();
        const isOpen = instance.remoting.all.some(({ state }) => state === 'open');
        order.push(`${kind} within ${timeoutMs.toString()}${isOpen ? '' : ', too late'}`);
      },
    });
    instance.join(member('producer'));
    instance.join(member('consumer'));
    await instance.routes.refresh('T');
    await Promise.all([instance.close({ timeoutMs: 70 }), instance.close({ timeoutMs: 0 })]);
    expect(order).toEqual(['consumer within 70', 'producer within 70']);
    expect(instance.remoting.all).toEqual([]);
    expect(connections).toHaveLength(1);
    expect(() => instance.join(producer())).toThrow(expect.objectContaining({ code: 'client-closed' }));
    await close();
  });
});
