import { decodeFrame, encodeFrame, type Frame, frameDecoder } from '@rmq/protocol/amqp';
import { isRmqError, RmqError } from '@rmq/protocol';
import { captures, fromHex, toHex } from './captures.ts';

const options = { acceptProtocolHeader: true, keepTypes: true };

/** Numbers that are not finite are read, but not sent: RabbitMQ ends connections that do. */
const isWritable = (bytes: Uint8Array): boolean => {
  try {
    encodeFrame(decodeFrame(bytes, options));
    return true;
  } catch (error) {
    if (isRmqError(error, 'value-out-of-range')) return false;
    throw error;
  }
};
const whole = captures.filter(({ malformed, hex }) => malformed !== true && isWritable(fromHex(hex)));

it('all but one of the recorded frames can be written', () => {
  expect(captures.length - whole.length).toBe(2 + 1);
});

const camel = (name: string): string => name.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());

/** What two clients put into reserved fields (`insist`, `out-of-band`): zero goes out from us. */
const reserved = new Set(['c0655', 'c0764', 'c0765']);
const clients = [...new Set(captures.map(({ client }) => client))];

describe.each(clients)('frames between RabbitMQ and %s', (client) => {
  const frames = whole.filter((capture) => capture.client === client);

  it('are read, and written again byte for byte', () => {
    const changed: string[] = [];
    for (const { id, hex, method } of frames) {
      const read = decodeFrame(fromHex(hex), options);
      const written = toHex(encodeFrame(read));
      if ((written === hex) === reserved.has(id)) changed.push(`${id} ${String(method)}\n${hex}\n${written}`);
    }
    expect(changed).toEqual([]);
  });

  it('are what the recording says', () => {
    for (const { hex, kind, method, channel } of frames) {
      const read = decodeFrame(fromHex(hex), options);
      const type = kind === 'protocol-header' ? 'protocolHeader' : kind;
      expect([read.type, read.channel]).toEqual([type, channel ?? 0]);
      if (read.type === 'method') expect(read.name).toBe(camel(String(method)));
    }
  });

  it('mean the same when their types are chosen anew', () => {
    for (const { hex } of frames) {
      const plain = decodeFrame(fromHex(hex), { acceptProtocolHeader: true });
      const again = decodeFrame(encodeFrame(plain), { acceptProtocolHeader: true });
      expect(meaning(again)).toEqual(meaning(plain));
    }
  });
});

/** Without the bytes, and with numbers as such: a number read as uint8 is written as int32. */
function meaning(frame: Frame): unknown {
  const text = JSON.stringify(frame, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  return JSON.parse(text);
}

it('frames broken on purpose are refused', () => {
  const broken = captures.filter(({ malformed }) => malformed === true);
  expect(broken).toHaveLength(2);
  for (const { hex } of broken) expect(() => decodeFrame(fromHex(hex), options)).toThrow(RmqError);
});

it('all frames in one stream are read however they are cut', () => {
  const stream = Buffer.concat(whole.map(({ hex }) => fromHex(hex)));
  for (const step of [1, 7, 97, stream.length]) {
    const decoder = frameDecoder(options);
    let count = 0;
    for (let at = 0; at < stream.length; at += step) {
      count += [...decoder.push(new Uint8Array(stream.subarray(at, at + step)))].length;
    }
    decoder.end();
    expect(count).toBe(whole.length);
  }
});
