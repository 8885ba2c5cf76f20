import {
  offsetMessageId,
  parseAddress,
  parseOffsetMessageId,
  uniqueKeyGenerator,
} from '@rmq/protocol/rocketmq/messages';

describe('offset message ids (6.1)', () => {
  it('hold store host and physical offset', () => {
    const host = { host: '192.168.1.2', port: 10_911 };
    expect(offsetMessageId(host, 123_456_789n)).toBe('C0A8010200002A9F00000000075BCD15');
    expect(parseOffsetMessageId('c0a8010200002a9f00000000075bcd15')).toEqual({ host, physicalOffset: 123_456_789n });
  });

  it('hold any offset and any port', () => {
    for (const [host, physicalOffset] of [
      [{ host: '0.0.0.0', port: 0 }, -1n],
      [{ host: '255.255.255.255', port: 0xffff }, 2n ** 63n - 1n],
      [{ host: '1.2.3.4', port: 1 }, -(2n ** 63n)],
    ] as const) {
      const id = offsetMessageId(host, physicalOffset);
      expect(id).toMatch(/^[0-9A-F]{32}$/u);
      expect(parseOffsetMessageId(id)).toEqual({ host, physicalOffset });
    }
  });

  it('are longer for IPv6', () => {
    const id = '20010DB800000000000000000000000200002A9F00000000075BCD15';
    const host = { host: '2001:db8::2', port: 10_911 };
    expect(offsetMessageId(host, 123_456_789n)).toBe(id);
    expect(parseOffsetMessageId(id)).toEqual({ host, physicalOffset: 123_456_789n });
  });

  it.each([
    '',
    'xyz',
    'C0A8010200002A9F00000000075BCD1',
    'G'.repeat(32),
    `0${'A'.repeat(32)}`,
    `${'A'.repeat(56)}0`,
    '0'.repeat(40),
    'C0A80102FFFF2A9F00000000075BCD15',
  ])('refuse %j', (id) => {
    expect(() => parseOffsetMessageId(id)).toThrow(expect.objectContaining({ code: 'field-malformed' }));
  });
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80:0:0:0:0:0:0:1', 'fe80::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['2001:DB8::', '2001:db8::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('%s is %s', (given, text) => {
    const id = offsetMessageId({ host: given, port: 1 }, 0n);
    expect(parseOffsetMessageId(id).host.host).toBe(text);
  });

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '12345::',
    '::1.2.3',
    '1:2:3:4:5:6:7:8:9',
    '0001.2.3.4',
    '1.2.3.0004',
    '::1.2.3.4:1',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4::5:6:7:8',
    '1:2:3::4:5:6:7:8:9',
    '::1]/x',
    '::1]:80/[::1',
    'user@[::1',
    '[::1]',
    ' ::1',
    '::1\n',
    'fe80::1%eth0',
  ])('refuse %j', (host) => {
    expect(() => parseAddress(host)).toThrow(expect.objectContaining({ code: 'name-invalid' }));
  });
});

describe('unique keys (6.2)', () => {
  const address = Uint8Array.of(127, 0, 0, 1);
  const monthStart = new Date(2024, 1, 1).getTime();
  const nextMonth = new Date(2024, 2, 1).getTime();

  function generator(start: number): { key: () => string; at: (now: number) => void } {
    let now = start;
    const key = uniqueKeyGenerator({ address, processId: 0x1_0001, discriminator: -1, now: () => now });
    return { key, at: (next) => (now = next) };
  }

  it('hold address, process, discriminator, ms of the month and a counter', () => {
    const { key } = generator(monthStart + 0x1234);
    expect([key(), key()]).toEqual(['7F0000010001FFFFFFFF000012340001', '7F0000010001FFFFFFFF000012340002']);
  });

  it('have 56 digits with an IPv6 address, and 32 without any', () => {
    const options = { processId: 1, discriminator: 2, now: () => monthStart };
    expect(uniqueKeyGenerator({ ...options, address: new Uint8Array(16) })()).toHaveLength(56);
    expect(uniqueKeyGenerator(options)()).toMatch(/^[0-9A-F]{32}$/u);
    expect(() => uniqueKeyGenerator({ ...options, address: new Uint8Array(5) })).toThrow(
      expect.objectContaining({ code: 'value-out-of-range' }),
    );
  });

  it('take four bytes of the clock for an address', () => {
    const clock = { processId: 0xbeef, discriminator: 0x1234_5678, now: () => 0x12_89ab_cdef };
    expect(uniqueKeyGenerator(clock)().slice(0, 20)).toBe('89ABCDEFBEEF12345678');
  });

  it('count on over 65536 keys of a ms, of which the last ones are moved to the next', () => {
    const { key, at } = generator(monthStart + 5);
    const keys = Array.from({ length: 65_537 }, () => key().slice(20));
    expect([0, 254, 255, 65_534, 65_535, 65_536].map((index) => keys[index])).toEqual([
      '000000050001',
      '0000000500FF',
      '000000050100',
      '00000005FFFF',
      '000000050000',
      '000000060001',
    ]);
    at(monthStart + 6.9);
    expect(key().slice(20)).toBe('000000060002');
    at(monthStart + 7);
    expect(key().slice(20)).toBe('000000070003');
  });

  it('keep the time while a clock is back by less than 1000 s', () => {
    const { key, at } = generator(monthStart + 2_000_000);
    key();
    at(monthStart + 1_000_001);
    expect(key().slice(20, 28)).toBe('001E8480');
    at(monthStart + 1_000_000);
    expect(key().slice(20, 28)).toBe('000F4240');
    const over = generator(nextMonth);
    over.key();
    over.at(nextMonth - 1_000_000);
    expect(over.key().slice(20, 28)).toBe('00000000');
    over.at(nextMonth - 1_000_001);
    expect(over.key().slice(20, 28)).toBe(
      (nextMonth - 1_000_001 - monthStart).toString(16).toUpperCase().padStart(8, '0'),
    );
  });

  it('begin anew with the month', () => {
    const { key, at } = generator(nextMonth - 1);
    const last = key();
    at(nextMonth);
    expect(new Date(nextMonth).getDate()).toBe(1);
    expect(last.slice(20, 28)).toBe((nextMonth - 1 - monthStart).toString(16).toUpperCase().padStart(8, '0'));
    expect(key().slice(20, 28)).toBe('00000000');
  });

  it('stay unique over the month boundary, small steps back of the clock and more than 65536 keys in a ms', () => {
    const { key, at } = generator(nextMonth - 2);
    const keys = new Set<string>();
    const times = [
      nextMonth - 2,
      nextMonth - 1,
      nextMonth,
      nextMonth - 1,
      nextMonth + 1,
      nextMonth - 500_000,
      nextMonth + 2,
    ];
    for (const time of times) {
      at(time);
      for (let count = 0; count < 70_000; count += 1) keys.add(key());
    }
    expect(keys.size).toBe(times.length * 70_000);
  });

  it('follow a clock that was set back by a lot', () => {
    const { key, at } = generator(nextMonth + 5_000_000);
    key();
    at(nextMonth + 1);
    expect(key().slice(20, 28)).toBe('00000001');
    at(monthStart + 3);
    expect(key().slice(20, 28)).toBe('00000003');
  });
});
