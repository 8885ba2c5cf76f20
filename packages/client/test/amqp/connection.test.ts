import { drain, oneByOne, randomly } from '@rmq/testkit';
import { ConnectionError, TimeoutError } from '../../src/core/errors.ts';
import { AmqpReplyError, connect } from '../../src/amqp/index.ts';
import { closeOf, failure, offer, Peer, rig, stage, watched } from './peer.ts';

describe('connecting', () => {
  it('greets, logs in, tunes and opens the virtual host (2.2.4)', async () => {
    const { peer, given } = await stage({ url: 'amqp://joe:secret@localhost/team?name=billing' });
    const client = await connect({ ...given, clientProperties: { team: 'blue' } });
    expect(peer.greetings).toMatchObject([{ major: 0, minor: 9, revision: 1 }]);
    expect(peer.names).toEqual(['connection.startOk', 'connection.tuneOk', 'connection.open']);
    const [startOk] = peer.all('connection.startOk');
    expect(startOk).toMatchObject({ mechanism: 'PLAIN', locale: 'en_US' });
    expect(new TextDecoder().decode(startOk?.response)).toBe('\0joe\0secret');
    expect(startOk?.clientProperties).toMatchObject({
      product: 'RMQ',
      connection_name: 'billing',
      team: 'blue',
      capabilities: { authentication_failure_close: true, consumer_cancel_notify: true, 'connection.blocked': true },
    });
    expect(peer.all('connection.tuneOk')).toMatchObject([{ channelMax: 2_047, frameMax: 131_072, heartbeat: 60 }]);
    expect(peer.all('connection.open')).toMatchObject([{ virtualHost: 'team' }]);
    expect(client.connection).toMatchObject({ address: 'localhost:5672', state: 'open', channelMax: 2_047 });
    expect(client.connection.serverProperties).toMatchObject({ product: 'RabbitMQ' });
  });

  it('logs in by AMQPLAIN with a table without its length, and by EXTERNAL with nothing', async () => {
    const { peer, given } = await stage();
    await connect({ ...given, sasl: { mechanism: 'AMQPLAIN', user: 'a', password: 'b' } });
    await connect({ ...given, sasl: { mechanism: 'EXTERNAL' } });
    const [table, external] = peer.all('connection.startOk');
    expect(table?.mechanism).toBe('AMQPLAIN');
    expect(new TextDecoder().decode(table?.response)).toBe('\x05LOGINS\0\0\0\x01a\x08PASSWORDS\0\0\0\x01b');
    expect(external).toMatchObject({ mechanism: 'EXTERNAL', response: new Uint8Array(0) });
  });

  it('takes the first mechanism of the URL that the server offers, comparing whole words', async () => {
    const { peer, given } = await stage({ url: 'amqp://localhost?auth_mechanism=EXTERNAL&auth_mechanism=PLAIN' });
    peer.on('connection.start', () => ({
      name: 'connection.start',
      args: { versionMajor: 0, versionMinor: 9, mechanisms: 'XEXTERNAL PLAIN', locales: 'en_US' },
    }));
    await connect(given);
    expect(peer.all('connection.startOk')).toMatchObject([{ mechanism: 'PLAIN' }]);
    const error = await failure(connect({ ...given, sasl: { mechanism: 'EXTERNAL' } }));
    expect(error).toMatchObject({ code: 'connect-failed', message: expect.stringContaining('XEXTERNAL PLAIN') });
  });

  it.each([
    ['the smaller of both', {}, { channelMax: 16, frameMax: 8_192, heartbeat: 10 }, [16, 8_192, 10]],
    ['ours where the server has no limit', {}, { channelMax: 0, frameMax: 0, heartbeat: 0 }, [2_047, 131_072, 60]],
    ['the server’s where we have none', { frameMaxBytes: 0, channelMax: 0 }, offer, [2_047, 131_072, 60]],
    ['no heartbeat, if we want none', { heartbeatSeconds: 0 }, offer, [2_047, 131_072, 0]],
    ['all numbers, if nobody has a limit', { channelMax: 0 }, { ...offer, channelMax: 0 }, [65_535, 131_072, 60]],
  ])('agrees on %s', async (_, options, tune, [channelMax, frameMax, heartbeat]) => {
    const { peer, client } = await rig(options, (server) => {
      server.on('connection.startOk', () => ({ name: 'connection.tune', args: tune }));
    });
    expect(client.connection).toMatchObject({ channelMax, frameMaxBytes: frameMax, heartbeatSeconds: heartbeat });
    expect(peer.said).toEqual([]);
  });

  it('fails with code and text when the server says no, and answers its close', async () => {
    const { peer, given } = await stage();
    peer.on('connection.open', ({ method }) =>
      closeOf(method, { replyCode: 530, replyText: "NOT_ALLOWED - vhost '/' not found", scope: 'connection' }),
    );
    const error = await failure(connect(given));
    expect(error).toBeInstanceOf(AmqpReplyError);
    expect(error).toMatchObject({
      code: 'refused',
      scope: 'connection',
      responseCode: 530,
      responseName: 'NOT_ALLOWED',
      method: 'connection.open',
      classId: 10,
      methodId: 40,
    });
    await drain();
    expect(peer.names.at(-1)).toBe('connection.closeOk');
    expect(peer.ended).toBe(true);
  });

  it('says what a server that hangs up without a word may have meant', async () => {
    const { peer, given } = await stage();
    peer.on('connection.startOk', () => {
      peer.cut();
      return undefined;
    });
    const error = await failure(connect(given));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: 'connect-failed', message: expect.stringContaining('its log says why') });
  });

  it.each([
    ['AMQP 1.0', 'AMQP\x03\x01\0\0', 'AMQP 1-0-0'],
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n', 'HTTP'],
    ['TLS', '\x15\x03\x01\0\x02\x02\x46', 'TLS'],
  ])('says what it is that speaks %s', async (_, answer, name) => {
    const { peer, given } = await stage();
    peer.on('connection.start', () => {
      peer.raw(Uint8Array.from(answer, (letter) => letter.charCodeAt(0)));
      return undefined;
    });
    expect(await failure(connect(given))).toMatchObject({
      code: 'connect-failed',
      message: expect.stringContaining(name),
    });
  });

  it('gives up a server that stops in the middle of the handshake', async () => {
    const { peer, clock, given } = await stage({ connectTimeoutMs: 500 });
    peer.ignore('connection.startOk');
    const connecting = watched(connect(given));
    await clock.advance(499);
    expect(connecting.isSettled).toBe(false);
    await clock.advance(1);
    expect(connecting.error).toBeInstanceOf(TimeoutError);
    expect(connecting.error).toMatchObject({ code: 'connect-timeout' });
    expect(clock.pending).toBe(0);
  });

  it('stops when the signal aborts, with its reason', async () => {
    const { peer, clock, given } = await stage();
    peer.ignore('connection.startOk');
    const abort = new AbortController();
    const connecting = watched(connect({ ...given, signal: abort.signal }));
    await drain();
    abort.abort(new Error('never mind'));
    await drain();
    expect(connecting.error).toEqual(new Error('never mind'));
    expect(clock.pending).toBe(0);
  });

  it('refuses to send a first frame that the server would drop without a word', async () => {
    const { given } = await stage({ sasl: { mechanism: 'PLAIN', user: 'u', password: 'x'.repeat(9_000) } });
    expect(await failure(connect(given))).toMatchObject({ code: 'properties-too-large' });
  });

  it('fails when the server offers frames that are too small to be of use', async () => {
    const { peer, given } = await stage();
    peer.on('connection.startOk', () => ({ name: 'connection.tune', args: { ...offer, frameMax: 100 } }));
    const error = await failure(connect(given));
    expect(error).toMatchObject({ code: 'connect-failed', cause: { code: 'field-malformed' } });
  });

  it('fails when the server says something else than is due', async () => {
    const { peer, given } = await stage();
    peer.on('connection.startOk', () => ({ name: 'connection.openOk', args: {} }));
    expect(await failure(connect(given))).toMatchObject({ cause: { code: 'frame-unexpected' } });
    peer.on('connection.startOk', () => {
      peer.send(1, { name: 'channel.openOk', args: {} });
      return undefined;
    });
    expect(await failure(connect(given))).toMatchObject({ cause: { code: 'frame-unexpected' } });
  });

  it('does not even dial when the signal has aborted', async () => {
    const { peer, given } = await stage();
    expect(await failure(connect({ ...given, signal: AbortSignal.abort('no') }))).toBe('no');
    expect(peer.greetings).toEqual([]);
  });

  it('never shows the password', async () => {
    const { events, given, peer } = await stage({ url: 'amqp://joe:geheim@localhost' });
    peer.on('connection.startOk', ({ method }) => closeOf(method, { replyCode: 403, scope: 'connection' }));
    const error = await failure(connect(given));
    expect(JSON.stringify([events, error, String(error)])).not.toContain('geheim');
  });

  it('knows no server without one', async () => {
    const error = await failure(connect({ dial: new Peer().network.dial }));
    expect(error).toMatchObject({
      code: 'connect-failed',
      cause: expect.objectContaining({ code: 'connect-refused' }),
    });
  });
});

it.each([
  ['one byte at a time', { chunk: oneByOne }],
  ['a few bytes at a time', { chunk: randomly(1, 9) }],
])('works the same when bytes arrive %s', async (_, network) => {
  const { peer, given, clock } = await stage({}, network);
  const client = await connect(given);
  const publisher = await client.publisher({ routingKey: 'q' });
  const published = watched(publisher.publish({ body: 'hello' }));
  await drain();
  expect(peer.published).toEqual(['hello']);
  peer.send(1, { name: 'basic.ack', args: { deliveryTag: 1 } });
  const consumer = await client.consumer({ queue: 'q', consumerTag: 'c' });
  const seen: string[] = [];
  void consumer.run((message) => seen.push(message.text()));
  peer.deliver(2, 'c', 1, 2, 3);
  await clock.advance(1);
  expect(seen).toEqual(['m1', 'm2', 'm3']);
  expect(published).toEqual({ isSettled: true, value: undefined });
  await client.close();
  expect(peer.ended).toBe(true);
});

describe('heartbeats', () => {
  it('are sent every half interval in which nothing else was', async () => {
    const { peer, clock, client } = await rig({ heartbeatSeconds: 10 });
    await clock.advance(4_999);
    expect(peer.heartbeats).toBe(0);
    await clock.advance(1);
    expect(peer.heartbeats).toBe(1);
    peer.heartbeat();
    await clock.advance(5_000);
    expect(peer.heartbeats).toBe(2);
    peer.heartbeat();
    await clock.advance(1_000);
    await client.queues.declare('q');
    await clock.advance(4_000);
    expect(peer.heartbeats).toBe(2);
    peer.heartbeat();
    await clock.advance(5_000);
    expect(peer.heartbeats).toBe(3);
    await client.close();
    expect(clock.pending).toBe(0);
  });

  it('end a connection whose server is silent for twice the interval, and nothing before', async () => {
    const { clock, client } = await rig({ heartbeatSeconds: 10 });
    const asked = watched(client.channel());
    await clock.advance(19_999);
    expect(client.connection.state).toBe('open');
    await clock.advance(5_001);
    expect(asked.isSettled).toBe(true);
    expect(client.connection.state).toBe('closed');
    expect(await failure(client.channel())).toMatchObject({ code: 'connection-closed' });
  });

  it('count any bytes as a sign of life', async () => {
    const { peer, clock, client } = await rig({ heartbeatSeconds: 10 });
    for (let turn = 0; turn < 10; turn += 1) {
      await clock.advance(9_000);
      peer.send(0, { name: 'connection.unblocked', args: {} });
      await drain();
    }
    expect(client.connection.state).toBe('open');
  });
});

describe('the end of a connection', () => {
  it('fails what is under way with what the server said, and what comes later too', async () => {
    const { peer, client, events } = await rig();
    peer.on('exchange.declare', ({ method }) => {
      peer.send(
        0,
        closeOf(method, { replyCode: 503, replyText: 'COMMAND_INVALID - unknown type', scope: 'connection' }),
      );
      return undefined;
    });
    const channel = await client.channel();
    const other = watched(client.queues.declare('q'));
    const error = await failure(channel.exchanges.declare('e', { type: 'foo' }));
    expect(error).toMatchObject({ responseCode: 503, scope: 'connection', method: 'exchange.declare' });
    await drain();
    expect(other.isSettled).toBe(true);
    expect(peer.names.at(-1)).toBe('connection.closeOk');
    expect(await failure(client.queues.declare('q'))).toBe(error);
    expect(events.at(-1)).toMatchObject({ type: 'connection.state', to: 'closed', cause: error });
  });

  it('fails them with the reason when the wire breaks', async () => {
    const { peer, client } = await rig();
    peer.ignore('queue.declare');
    const asked = watched(client.queues.declare('q'));
    await drain();
    peer.cut();
    await drain();
    expect(asked.error).toMatchObject({ code: 'connection-closed', message: expect.stringContaining('broke') });
    expect(await failure(client.queues.declare('q'))).toMatchObject({ code: 'connection-closed' });
    expect(await failure(client.get('q'))).toMatchObject({ code: 'connection-closed' });
    await client.close();
  });

  it('leaves no timer that would keep the program from ending', async () => {
    const { peer, client, clock } = await rig();
    await client.queues.declare('q');
    await client.get('q');
    const publisher = await client.publisher({ routingKey: 'q' });
    void watched(publisher.publish({ body: 'x' }));
    await client.consumer({ queue: 'q' });
    peer.cut();
    await drain();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  it('tells when the server is short of something', async () => {
    const { peer, events } = await rig();
    peer.send(0, { name: 'connection.blocked', args: { reason: 'low on memory' } });
    peer.send(0, { name: 'connection.unblocked', args: {} });
    await drain();
    expect(events.slice(-2)).toEqual([
      { type: 'connection.blocked', level: 'warn', address: 'localhost:5672', reason: 'low on memory' },
      { type: 'connection.unblocked', level: 'info', address: 'localhost:5672' },
    ]);
  });

  it('is agreed on when the client closes: says goodbye, waits, ends the stream itself', async () => {
    const { peer, client, clock } = await rig();
    await client.close();
    expect(peer.names).toEqual(['connection.close']);
    await drain();
    expect(peer.ended).toBe(true);
    expect(clock.pending).toBe(0);
    expect(await failure(client.channel())).toMatchObject({ code: 'client-closed' });
    await client.close();
  });

  it('does not wait for ever for the answer to its goodbye', async () => {
    const { peer, client, clock } = await rig();
    peer.ignore('connection.close');
    const closing = watched(client.close({ timeoutMs: 200 }));
    await clock.advance(200);
    expect(closing.isSettled).toBe(true);
    expect(client.connection.state).toBe('closed');
  });

  it('is told to iterators, too', async () => {
    const { client } = await rig();
    const events = client.events();
    const next = watched(events.next());
    await client.close();
    expect(next.value).toMatchObject({ value: { type: 'connection.state', from: 'open', to: 'draining' } });
    await client[Symbol.asyncDispose]();
  });

  it('answers a close that crosses its own', async () => {
    const { peer, client } = await rig();
    peer.on('connection.close', ({ method }) => {
      peer.send(0, closeOf(method, { replyCode: 320, scope: 'connection' }));
      return { name: 'connection.closeOk', args: {} };
    });
    await client.close();
    await drain();
    expect(peer.names).toEqual(['connection.close', 'connection.closeOk']);
  });
});
