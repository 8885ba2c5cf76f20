import { memoryNetwork } from '@rmq/transport';
import { endpointOf, resolveClientOptions, type TuningOptions } from '../../src/rocketmq/options.ts';
import { presets } from '../../src/rocketmq/presets.ts';

const { dial } = memoryNetwork();
const given = { nameServers: ['n:9876'], dial };

describe('resolveClientOptions', () => {
  it('takes undefined for "the default" and freezes the result', () => {
    const resolved = resolveClientOptions({ ...given, requestTimeoutMs: undefined });
    expect(resolved.requestTimeoutMs).toBe(3_000);
    expect(Object.isFrozen(resolved)).toBe(true);
  });

  it.each<[keyof TuningOptions, number]>([
    ['requestTimeoutMs', 0],
    ['connectTimeoutMs', 2 ** 31],
    ['maxOutstanding', 0],
    ['connectionsPerServer', 65],
    ['idleTimeoutMs', 1.5],
    ['maxBackoffMs', -1],
    ['heartbeatMs', 999],
    ['routeRefreshMs', 999],
    ['drainTimeoutMs', Number.NaN],
    ['maxFrameBytes', 65_535],
  ])('refuses %s of %d and names it', (name, value) => {
    expect(() => resolveClientOptions({ ...given, [name]: value })).toThrow(
      expect.objectContaining({ code: 'value-out-of-range', message: expect.stringContaining(name) }),
    );
  });

  it('refuses to begin without a name server', () => {
    expect(() => resolveClientOptions({ ...given, nameServers: [] })).toThrow(/nameServers is empty/);
  });

  it('names clients so that no two are alike', () => {
    expect(resolveClientOptions(given).instanceName).not.toBe(resolveClientOptions(given).instanceName);
  });

  it.each(Object.entries(presets))('accepts the preset %s, every field of it', (_, preset) => {
    expect(resolveClientOptions({ ...given, ...preset })).toMatchObject(preset);
  });

  it('has the preset production as its defaults', () => {
    expect(resolveClientOptions(given)).toMatchObject(presets.production);
  });
});

describe('endpointOf', () => {
  it.each([
    ['127.0.0.1:9876', '127.0.0.1', 9_876],
    ['broker-a.local:10911', 'broker-a.local', 10_911],
    ['[::1]:9876', '::1', 9_876],
  ])('takes %s apart', (address, host, port) => {
    expect(endpointOf(address)).toEqual({ host, port });
  });

  it.each(['', 'broker', ':9876', 'broker:', 'broker:0', 'broker:65536', 'broker:1.5', 'broker:x'])(
    'refuses "%s"',
    (address) => {
      expect(() => endpointOf(address)).toThrow(expect.objectContaining({ code: 'name-server-invalid' }));
    },
  );
});
