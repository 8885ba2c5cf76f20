import { isRmqError } from '@rmq/protocol';
import { Writer } from '@rmq/protocol/bytes';
import {
  bodyRoom,
  decodeFrame,
  encodeFrame,
  type Frame,
  frameDecoder,
  protocolHeader,
  writeBody,
  writeHeaderFrame,
  writeMethodFrame,
} from '@rmq/protocol/amqp';
import { fromHex, toHex } from './captures.ts';
import { vectors } from './vectors.ts';

/** The code of what it throws. */
function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isRmqError(error)) return error.code;
    throw error;
  }
  return undefined;
}

describe.each(vectors)('$name', ({ hex, frame }) => {
  const bytes = fromHex(hex);

  it('is read and written', () => {
    const read = decodeFrame(bytes, { keepTypes: true });
    expect(read).toMatchObject(frame);
    expect(toHex(encodeFrame(read))).toBe(hex);
  });

  it('waits for its last byte, and leaves what follows', () => {
    const decoder = frameDecoder();
    for (const byte of bytes.subarray(0, -1)) expect(decoder.push(Uint8Array.of(byte)).next()).toBeUndefined();
    expect(decoder.push(Uint8Array.of(0xce, 8, 0)).next()).toMatchObject({ type: frame.type });
    expect(decoder.next()).toBeUndefined();
    expect(decoder.buffered).toBe(2);
    expect(codeOf(() => decoder.end())).toBe('truncated');
  });
});

describe('methods as senders give them', () => {
  const written = (write: (writer: Writer) => void): string => {
    const writer = new Writer();
    write(writer);
    return toHex(writer.take());
  };

  it('fill in what is reserved or has a default', () => {
    const bytes = written((writer) => {
      writeMethodFrame(writer, 1, { name: 'queue.declare', args: { queue: 'q', durable: true } });
    });
    expect(bytes).toBe('0100010000000d0032000a000001710200000000ce');
    const open = written((writer) => {
      writeMethodFrame(writer, 0, { name: 'connection.open', args: { virtualHost: '/' } });
    });
    expect(open).toBe('01000000000008000a0028012f0000ce');
  });

  it('leave nothing behind when they cannot be written', () => {
    const writer = new Writer().u8(1);
    const long = 'é'.repeat(128);
    const args = { exchange: '', routingKey: long };
    expect(codeOf(() => writeMethodFrame(writer, 1, { name: 'basic.publish', args }))).toBe('value-out-of-range');
    expect(codeOf(() => writeMethodFrame(writer, 65_536, { name: 'channel.open', args: {} }))).toBe(
      'value-out-of-range',
    );
    const properties = { headers: { deep: { notANumber: NaN } } };
    expect(codeOf(() => writeHeaderFrame(writer, 1, { bodySize: 1, properties }))).toBe('value-out-of-range');
    // From JavaScript, where no compiler asks for the routing key.
    const lacking = { exchange: '' } as typeof args;
    expect(codeOf(() => writeMethodFrame(writer, 1, { name: 'basic.publish', args: lacking }))).toBe('field-missing');
    expect(toHex(writer.take())).toBe('01');
  });

  it('take short strings of 255 bytes and refuse 256, never cut', () => {
    const send = (replyText: string) => () =>
      written((writer) => writeMethodFrame(writer, 0, { name: 'channel.close', args: { replyCode: 200, replyText } }));
    expect(codeOf(send('a'.repeat(255)))).toBeUndefined();
    expect(codeOf(send('a'.repeat(256)))).toBe('value-out-of-range');
    expect(codeOf(send(`${'é'.repeat(127)}a`))).toBeUndefined();
    expect(codeOf(send('é'.repeat(128)))).toBe('value-out-of-range');
  });
});

describe('bodies', () => {
  it('are cut to the negotiated size of frames, overhead included', () => {
    const writer = new Writer();
    writeBody(writer, new Uint8Array(25).fill(7), { channel: 3, frameMax: 18 });
    const frames = [...frameDecoder().push(writer.take())];
    expect(frames.map((frame) => (frame.type === 'body' ? frame.payload.byteLength : frame.type))).toEqual([10, 10, 5]);
  });

  it('have no frame when they are empty', () => {
    const writer = new Writer();
    writeBody(writer, new Uint8Array(0), { channel: 1, frameMax: 0 });
    expect(writer.length).toBe(0);
  });

  it('are cut at 128 KiB when there is no limit', () => {
    expect(bodyRoom(0)).toBe(131_064);
    expect(codeOf(() => bodyRoom(8))).toBe('value-out-of-range');
  });
});

describe('who is no AMQP 0-9-1 peer is named', () => {
  const meet = (hex: string, accept = false): Frame | undefined =>
    frameDecoder({ acceptProtocolHeader: accept }).push(fromHex(hex)).next();

  it.each([
    ['a TLS alert', '15030300020228', 'peer-unexpected', /TLS/],
    ['a TLS hello', '160301020001000100', 'peer-unexpected', /TLS/],
    ['an HTTP answer', toHex(new TextEncoder().encode('HTTP/1.1 400 Bad Request')), 'peer-unexpected', /HTTP/],
    ['an HTTP request', toHex(new TextEncoder().encode('GET / HTTP/1.1')), 'peer-unexpected', /HTTP/],
    ['AMQP 1.0 with SASL', '414d515003010000', 'version-refused', /1-0-0 with protocol id 3/],
    ['AMQP 0-9-1 refusing', '414d515000000901', 'version-refused', /0-9-1/],
    ['something else', '53534820322e30', 'frame-malformed', /type 83/],
  ])('%s', (_, hex, code, text) => {
    expect(codeOf(() => meet(hex))).toBe(code);
    expect(() => meet(hex)).toThrow(text);
  });

  it('servers read the greeting', () => {
    expect(meet('414d515000000901', true)).toEqual(protocolHeader);
    expect(toHex(encodeFrame(protocolHeader))).toBe('414d515000000901');
  });
});

describe('frames that cannot be', () => {
  it.each([
    ['a wrong end', '08000000000000cd', 'frame-malformed'],
    ['a heartbeat on a channel', '08000100000000ce', 'frame-malformed'],
    ['a heartbeat with a payload', '0800000000000100ce', 'frame-malformed'],
    ['an unknown method', '01000000000004000a0099ce', 'method-unknown'],
    ['arguments cut short', '01000100000005003c005000ce', 'short-read'],
    ['bytes behind the arguments', '01000000000005000a003300ce', 'frame-malformed'],
    ['a content header of another class', '0200010000000e0032000000000000000000000000ce', 'frame-unexpected'],
    ['a weight', '0200010000000e003c000100000000000000000000ce', 'frame-unexpected'],
    ['a second word of flags', '0200010000000e003c000000000000000000000001ce', 'field-malformed'],
    ['surplus properties', '0200010000000f003c00000000000000000000000000ce', 'frame-malformed'],
    ['a delivery tag beyond 2^53', '0100010000000d003c0050ffffffffffffffff00ce', 'field-malformed'],
  ])('%s', (_, hex, code) => {
    expect(codeOf(() => decodeFrame(fromHex(hex)))).toBe(code);
  });

  it('a frame that claims too much is refused before it is there', () => {
    const decoder = frameDecoder({ maxFrameBytes: 1_000 });
    expect(codeOf(() => decoder.push(fromHex('020001000003e1')).next())).toBe('frame-too-large');
    expect(codeOf(() => frameDecoder().push(fromHex('0200017fffffff')).next())).toBe('frame-too-large');
  });
});
