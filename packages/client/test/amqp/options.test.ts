import { memoryNetwork } from '@rmq/transport';
import { type ClientOptions, resolveClientOptions } from '../../src/amqp/options.ts';

const { dial } = memoryNetwork();
const resolve = (options: Partial<ClientOptions>) => resolveClientOptions({ dial, ...options });

describe('options of a client', () => {
  it('have defaults', () => {
    expect(resolve({})).toMatchObject({
      endpoint: { host: 'localhost', port: 5_672, tls: false },
      address: 'localhost:5672',
      sasl: [{ mechanism: 'PLAIN', user: 'guest', password: 'guest' }],
      vhost: '/',
      locale: 'en_US',
      heartbeatSeconds: 60,
      frameMaxBytes: 131_072,
      channelMax: 2_047,
      connectTimeoutMs: 10_000,
      requestTimeoutMs: 10_000,
      drainTimeoutMs: 10_000,
    });
  });

  it('come from the URL, and count more than it', () => {
    const url = 'amqps://u:p@[::1]/v?heartbeat=5&frame_max=8192&channel_max=9&connection_timeout=7&name=n&locale=de_DE';
    const from = resolve({ url });
    expect(from).toMatchObject({
      endpoint: { host: '::1', port: 5_671, tls: true },
      address: '[::1]:5671',
      vhost: 'v',
      locale: 'de_DE',
      connectionName: 'n',
      heartbeatSeconds: 5,
      frameMaxBytes: 8_192,
      channelMax: 9,
      connectTimeoutMs: 7,
    });
    expect(resolve({ url, vhost: 'w', connectionName: 'm', heartbeatSeconds: 0, frameMaxBytes: 0 })).toMatchObject({
      vhost: 'w',
      connectionName: 'm',
      heartbeatSeconds: 0,
      frameMaxBytes: 0,
    });
  });

  it.each([
    ['amqp://h?cacertfile=/ca.pem', 'tell the dialer'],
    ['amqps://h?verify=verify_none', 'tell the dialer'],
    ['amqp://h?colour=blue', 'colour'],
    ['amqp://h?auth_mechanism=GSSAPI', 'GSSAPI'],
    ['http://h', 'amqp://'],
  ])('refuse %s, which would be ignored', (url, why) => {
    expect(() => resolve({ url })).toThrow(expect.objectContaining({ code: 'uri-invalid' }));
    expect(() => resolve({ url })).toThrow(why);
  });

  it.each([
    { heartbeatSeconds: 65_536 },
    { heartbeatSeconds: 0.5 },
    { frameMaxBytes: 4_095 },
    { channelMax: -1 },
    { connectTimeoutMs: 0 },
    { requestTimeoutMs: 2 ** 31 },
    { drainTimeoutMs: -1 },
    { maxFrameBytes: 8_191 },
    { maxBodyBytes: -1 },
  ])('refuse %j', (options) => {
    expect(() => resolve(options)).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
  });
});
