import { readFileSync } from 'node:fs';
import { isRmqError } from '@rmq/protocol';
import { Writer } from '@rmq/protocol/bytes';
import {
  decodeFrame,
  decodeInfo,
  encodeFrame,
  encodeInfo,
  type Frame,
  frameDecoder,
  MAX_FRAME_BYTES,
  readRequest,
  readResponse,
  type Request,
  requestDecoder,
  requestFrame,
  responseFrame,
  writeOk,
} from '@rmq/protocol/mqmq';
import fc from 'fast-check';

/** A frame of a recorded exchange with the original, or the end of the connection. */
interface Exchange {
  readonly id: string;
  readonly scenario: string;
  readonly direction: 'c2s' | 's2c';
  /** Hex. */
  readonly bytes?: string;
}

const exchanges = readFileSync(new URL('exchanges.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1) // the first line tells their origin
  .map((line) => JSON.parse(line) as Exchange)
  .filter(({ bytes }) => bytes !== undefined);

const bytesOf = ({ bytes = '' }: Exchange): Uint8Array => new Uint8Array(Buffer.from(bytes, 'hex'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** What {@link readRequest} makes of frames, in the form of a {@link requestDecoder}. */
function* framesOf(frames: Iterable<Frame>): Generator<object> {
  for (const each of frames) {
    const request = readRequest(each);
    yield typeof request === 'string' ? { type: 'Refused', error: request } : request;
  }
}
const framesIn = (bytes: Uint8Array): Frame[] => [...frameDecoder().push(bytes)];

describe('exchanges with the original', () => {
  const sane = exchanges.filter(({ scenario }) => !scenario.startsWith('hostile'));

  it.each(sane.filter(({ direction }) => direction === 'c2s'))(
    '$id: a request is read and written again',
    (exchange) => {
      const bytes = bytesOf(exchange);
      for (const frame of framesIn(bytes)) {
        const request = readRequest(frame);
        if (typeof request === 'string') expect(exchange.scenario).toMatch(/unknown|refused|bad|errors/);
        else expect(readRequest(requestFrame(request))).toEqual(request);
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }
    },
  );

  it.each(sane.filter(({ direction }) => direction === 's2c'))(
    '$id: a response is read and written again',
    (exchange) => {
      for (const frame of framesIn(bytesOf(exchange))) expect(responseFrame(readResponse(frame))).toEqual(frame);
    },
  );

  it('get the answers that the original gave to what it refuses', () => {
    let refused = 0;
    for (const [index, exchange] of sane.entries()) {
      if (exchange.direction !== 'c2s' || /client-errors/.test(exchange.scenario)) continue;
      const frames = framesIn(bytesOf(exchange));
      const request = frames.length === 1 && frames[0] !== undefined ? readRequest(frames[0]) : undefined;
      if (typeof request !== 'string') continue;
      const answer = sane[index + 1];
      expect(answer?.direction).toBe('s2c');
      const [frame] = answer === undefined ? [] : framesIn(bytesOf(answer));
      expect(frame === undefined ? undefined : readResponse(frame)).toEqual({ type: 'Error', error: request });
      refused += 1;
    }
    expect(refused).toBeGreaterThan(20);
  });

  it.each(exchanges.filter(({ scenario, direction }) => scenario.startsWith('hostile') && direction === 'c2s'))(
    '$id is refused, and ends nothing',
    (exchange) => {
      const decoder = frameDecoder().push(bytesOf(exchange));
      expect(() => {
        for (const each of decoder) decodeFrame(encodeFrame(each));
        decoder.end();
      }).toThrow(expect.objectContaining({ name: 'ProtocolError' }));
    },
  );
});

const value = fc.uint8Array({ maxLength: 60 });
const frame = fc.array(value, { minLength: 1, maxLength: 4 });

describe('any frame', () => {
  it('comes out as it went in, however its bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 30 }), (frames, size) => {
        const stream = Buffer.concat(frames.map((each) => encodeFrame(each)));
        const decoder = frameDecoder();
        const seen: Frame[] = [];
        for (let at = 0; at < stream.length; at += size)
          seen.push(...decoder.push(Uint8Array.from(stream.subarray(at, at + size))));
        decoder.end();
        expect(seen).toEqual(frames);
      }),
    );
  });

  it('changed or cut is a frame or a typed error', () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (values, at, flip) => {
        const bytes = encodeFrame(values);
        const wrong = bytes.slice();
        wrong[at % wrong.length] = (wrong[at % wrong.length] ?? 0) ^ flip;
        for (const given of [wrong, bytes.subarray(0, at % bytes.length)]) {
          try {
            decodeFrame(given);
          } catch (cause) {
            expect(isRmqError(cause)).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('over the limit is not written, and not waited for', () => {
    expect(() => encodeFrame([new Uint8Array(MAX_FRAME_BYTES - 3)])).toThrow(
      expect.objectContaining({ code: 'value-out-of-range' }),
    );
    expect(() =>
      frameDecoder()
        .push(Uint8Array.of(2, 0, 4, 16))
        .next(),
    ).toThrow(expect.objectContaining({ code: 'frame-too-large' }));
  });
});

describe('an OK', () => {
  it.each([utf8(''), utf8('hello')])('is written as its frame is: %p', (value) => {
    const writer = new Writer();
    writeOk(writer, value);
    expect(writer.take()).toEqual(encodeFrame(responseFrame({ type: 'OK', value })));
  });

  it('that fits into no frame is not written', () => {
    const writer = new Writer();
    expect(() => writeOk(writer, new Uint8Array(MAX_FRAME_BYTES - 9))).toThrow(
      expect.objectContaining({ code: 'value-out-of-range' }),
    );
    expect(writer.length).toBe(0);
  });
});

describe('requests', () => {
  it.each(exchanges.filter(({ direction }) => direction === 'c2s'))(
    '$id: are read in one step as in two',
    (exchange) => {
      const read = (decoder: Iterable<object>): unknown => {
        const seen: object[] = [];
        try {
          for (const each of decoder) seen.push(each);
        } catch (cause) {
          return [seen, cause];
        }
        return [seen];
      };
      const twice = framesOf(frameDecoder().push(bytesOf(exchange)));
      expect(read(requestDecoder().push(bytesOf(exchange)))).toEqual(read(twice));
    },
  );

  const queue = utf8('q');

  it.each<[string, Request, string]>([
    ['a name over 1024 bytes', { type: 'Put', queue: new Uint8Array(1_025), message: queue }, 'name-invalid'],
    ['a wait over an hour', { type: 'Get', queue, timeoutMs: 3_600_001 }, 'value-out-of-range'],
    ['a wait that is no number', { type: 'Get', queue, timeoutMs: Number.NaN }, 'value-out-of-range'],
  ])('with %s are not written', (_, request, code) => {
    expect(() => requestFrame(request)).toThrow(expect.objectContaining({ code }));
  });

  it('round waits to whole milliseconds, and negative ones to none', () => {
    expect(requestFrame({ type: 'Get', queue, timeoutMs: 1.9 })[2]).toEqual(utf8('1'));
    expect(requestFrame({ type: 'Get', queue, timeoutMs: -5 })[2]).toEqual(utf8('0'));
    expect(requestFrame({ type: 'Get', queue })).toHaveLength(2);
  });
});

describe('info', () => {
  const info = { NumConnections: 1, NumQueues: 2, NumMessages: 3 };

  it('is written as Go writes it, and read', () => {
    const bytes = encodeInfo(info, [
      ['a<&>\u2028', 3],
      ['b', 0],
    ]);
    const name = 'a\\u003c\\u0026\\u003e\\u2028';
    const queues = `"${name}":{"NumMessages":3},"b":{"NumMessages":0}`;
    const expected = `{"NumConnections":1,"NumQueues":2,"NumMessages":3,"Queues":{${queues}}}`;
    expect(new TextDecoder().decode(bytes)).toBe(expected);
    expect(decodeInfo(bytes)).toEqual({ ...info, Queues: { 'a<&>\u2028': { NumMessages: 3 }, b: { NumMessages: 0 } } });
  });

  it.each(['', '[]', '{"NumConnections":-1}', '{"NumConnections":1,"NumQueues":1,"NumMessages":1,"Queues":{"a":7}}'])(
    'that is none is refused: %s',
    (text) => {
      expect(() => decodeInfo(utf8(text))).toThrow(expect.objectContaining({ code: 'body-malformed' }));
    },
  );
});
