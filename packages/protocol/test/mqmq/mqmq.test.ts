import { readFileSync } from 'node:fs';
import { isRmqError } from '@rmq/protocol';
import { type FrameDecoder, Writer } from '@rmq/protocol/bytes';
import {
  type Frame,
  MAX_FRAME_BYTES,
  type Refused,
  type Request,
  requestDecoder,
  requestFrame,
  type Response,
  responseDecoder,
  responseFrame,
  writeFrame,
} from '@rmq/protocol/mqmq';
import { decodeInfo, encodeInfo } from '@rmq/protocol/mqmq/info';
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
const requestsIn = (bytes: Uint8Array): (Request | Refused)[] => [...requestDecoder().push(bytes)];
const responsesIn = (bytes: Uint8Array): Response[] => [...responseDecoder().push(bytes)];
function written(...frames: readonly Frame[]): Uint8Array {
  const writer = new Writer();
  for (const frame of frames) writeFrame(writer, frame);
  return writer.take();
}
/** A frame of any bytes, as no side of ours would write it. */
function frameOf(values: readonly Uint8Array[]): Buffer {
  const sized = (...bytes: readonly Uint8Array[]): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.concat(bytes).length);
    return Buffer.concat([length, ...bytes]);
  };
  return sized(...values.map((value) => sized(value)));
}

describe('exchanges with the original', () => {
  const sane = exchanges.filter(({ scenario }) => !scenario.startsWith('hostile'));

  it.each(sane.filter(({ direction }) => direction === 'c2s'))(
    '$id: a request is read and written again',
    (exchange) => {
      for (const request of requestsIn(bytesOf(exchange))) {
        if (request.type === 'Refused') expect(exchange.scenario).toMatch(/unknown|refused|bad|errors/);
        else expect(requestsIn(written(requestFrame(request)))).toEqual([request]);
      }
    },
  );

  it.each(sane.filter(({ direction }) => direction === 's2c'))(
    '$id: a response is read and written again',
    (exchange) => {
      const bytes = bytesOf(exchange);
      expect(written(...responsesIn(bytes).map(responseFrame))).toEqual(bytes);
    },
  );

  it('get the answers that the original gave to what it refuses', () => {
    let refused = 0;
    for (const [index, exchange] of sane.entries()) {
      if (exchange.direction !== 'c2s' || /client-errors/.test(exchange.scenario)) continue;
      const [request, ...others] = requestsIn(bytesOf(exchange));
      if (others.length > 0 || request?.type !== 'Refused') continue;
      const answer = sane[index + 1];
      expect(answer?.direction).toBe('s2c');
      expect(answer === undefined ? [] : responsesIn(bytesOf(answer))).toEqual([
        { type: 'Error', error: request.error },
      ]);
      refused += 1;
    }
    expect(refused).toBeGreaterThan(20);
  });

  it.each(exchanges.filter(({ scenario, direction }) => scenario.startsWith('hostile') && direction === 'c2s'))(
    '$id is refused, and ends nothing',
    (exchange) => {
      const decoder = requestDecoder().push(bytesOf(exchange));
      expect(() => {
        for (const request of decoder) if (request.type !== 'Refused') written(requestFrame(request));
        decoder.end();
      }).toThrow(expect.objectContaining({ name: 'ProtocolError' }));
    },
  );
});

const value = fc.uint8Array({ maxLength: 60 });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const request = fc.oneof(
  fc.record({ type: fc.constant('Put' as const), queue: value, message: value }),
  fc.record({ type: fc.constant('Get' as const), queue: value, timeoutMs: fc.integer({ min: 1, max: 3_600_000 }) }),
  fc.constantFrom<Request>({ type: 'Info' }, { type: 'Quit' }),
);
const response = fc.oneof(
  fc.record({ type: fc.constant('OK' as const), value: fc.option(value, { nil: undefined }) }),
  fc.constant<Response>({ type: 'Timeout' }),
  fc.record({ type: fc.constant('Error' as const), error: text }),
);

function inPieces<T extends object>(decoder: FrameDecoder<T>, stream: Uint8Array, size: number): T[] {
  const seen: T[] = [];
  for (let at = 0; at < stream.length; at += size) seen.push(...decoder.push(stream.slice(at, at + size)));
  decoder.end();
  return seen;
}

describe('any frame', () => {
  const sizes = fc.integer({ min: 1, max: 30 });

  it('comes out as it went in, however its bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(request, { maxLength: 4 }),
        fc.array(response, { maxLength: 4 }),
        sizes,
        (asked, told, size) => {
          expect(inPieces(requestDecoder(), written(...asked.map(requestFrame)), size)).toEqual(asked);
          expect(inPieces(responseDecoder(), written(...told.map(responseFrame)), size)).toEqual(told);
        },
      ),
    );
  });

  it('changed or cut is a message or a typed error', () => {
    const frames = fc.oneof(
      fc.array(value, { maxLength: 4 }).map(frameOf),
      request.map((each) => written(requestFrame(each))),
    );
    fc.assert(
      fc.property(frames, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
        const wrong = Uint8Array.from(bytes);
        wrong[at % wrong.length] = (wrong[at % wrong.length] ?? 0) ^ flip;
        for (const given of [wrong, Uint8Array.from(bytes.subarray(0, at % bytes.length))]) {
          for (const decoder of [requestDecoder(), responseDecoder()]) {
            try {
              inPieces<Request | Refused | Response>(decoder, given, given.length);
            } catch (cause) {
              expect(isRmqError(cause)).toBe(true);
            }
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['nothing', []],
    ['no word of the protocol', [utf8('')]],
    ['a word that only begins like one', [utf8('OKAY')]],
    ['a word that is cut', [utf8('O')]],
  ])('with %s is no response', (_, values) => {
    expect(() => responsesIn(Uint8Array.from(frameOf(values)))).toThrow(
      expect.objectContaining({ code: 'frame-malformed' }),
    );
  });

  it('has values beyond those that mean something, which are checked and ignored', () => {
    const values = [utf8('Get'), utf8('q'), utf8('5'), utf8('6'), utf8('')];
    expect(requestsIn(Uint8Array.from(frameOf(values)))).toEqual([{ type: 'Get', queue: utf8('q'), timeoutMs: 5 }]);
    const wrong = Uint8Array.from(frameOf(values));
    wrong[wrong.length - 1] = 1; // the last value is a byte longer than its frame
    expect(() => requestsIn(wrong)).toThrow(expect.objectContaining({ code: 'frame-malformed' }));
  });

  it('over the limit is not written, and not waited for', () => {
    const writer = new Writer();
    expect(() => {
      writeFrame(writer, ['OK', new Uint8Array(MAX_FRAME_BYTES - 9)]);
    }).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
    expect(writer.length).toBe(0);
    expect(() =>
      responseDecoder()
        .push(Uint8Array.of(2, 0, 4, 16))
        .next(),
    ).toThrow(expect.objectContaining({ code: 'frame-too-large' }));
  });
});

describe('requests', () => {
  const queue = utf8('q');

  it.each<[string, Request, string]>([
    ['a name over 1024 bytes', { type: 'Put', queue: new Uint8Array(1_025), message: queue }, 'name-invalid'],
    ['a wait over an hour', { type: 'Get', queue, timeoutMs: 3_600_001 }, 'value-out-of-range'],
    ['a wait that is no number', { type: 'Get', queue, timeoutMs: Number.NaN }, 'value-out-of-range'],
  ])('with %s are not written', (_, request, code) => {
    expect(() => requestFrame(request)).toThrow(expect.objectContaining({ code }));
  });

  it('to the same queue have the same name, however often another one comes between them', () => {
    const [longer, other] = [utf8('queue'), utf8('r')];
    const names = [queue, queue, longer, longer, other, queue, utf8('')];
    const frames = names.flatMap((name) => [
      requestFrame({ type: 'Put', queue: name, message: queue }),
      requestFrame({ type: 'Get', queue: name }),
    ]);
    const stream = written(...frames);
    const requests = requestsIn(stream).filter((each) => 'queue' in each);
    stream.fill(0); // what comes with a chunk may be kept longer than it
    expect(requests.map((each) => each.queue)).toEqual(names.flatMap((name) => [name, name]));
    expect(new Set(requests.map((each) => each.queue)).size).toBe(5);
  });

  it('round waits to whole milliseconds, and negative ones to none', () => {
    expect(requestFrame({ type: 'Get', queue, timeoutMs: 1.9 })[2]).toEqual(utf8('1'));
    expect(requestFrame({ type: 'Get', queue, timeoutMs: -5 })[2]).toEqual(utf8('0'));
    expect(requestFrame({ type: 'Get', queue })).toHaveLength(2);
  });

  it.each([
    ...['+5', '0000000000000000000000000000000000005', '-0', '-9223372036854775808', '-00009223372036854775808'],
    ...['', '+', '-', '5-', '٥', '-9223372036854775809', '-10000000000000000000', `-1${'0'.repeat(400)}`, '3600001'],
  ])('wait as Go reads a number: %p', (text) => {
    const number = /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
    const isTaken = number !== undefined && number <= 3_600_000n && number >= -(2n ** 63n);
    const timeoutMs = isTaken ? Math.max(1, Number(number)) : undefined;
    expect(requestsIn(Uint8Array.from(frameOf([utf8('Get'), queue, utf8(text)])))).toEqual([
      isTaken ? { type: 'Get', queue, timeoutMs } : { type: 'Refused', error: 'REQUEST_BAD_TIMEOUT' },
    ]);
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
