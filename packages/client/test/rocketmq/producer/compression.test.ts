import { type Compression, type CompressionType, sysFlags } from '@rmq/protocol/rocketmq/messages';
import { findCompression } from '../../../src/rocketmq/compression.ts';
import { message, rig, squeeze } from './rig.ts';

const zlib = { compression: () => squeeze };
const { compressed } = sysFlags;
/** Bits 8 to 10 name the codec; 3 is zlib. */
const ZLIB = 3 << 8;

describe('compression', () => {
  it.each([
    [99, 0, 99],
    [100, compressed | ZLIB, 11],
    [101, compressed | ZLIB, 12],
  ])('begins at the threshold: %i bytes', async (length, sysFlag, sentLength) => {
    const { producer, sent } = rig({ compressOverBytes: 100 }, zlib);
    await producer.send({ topic: 'T', body: new Uint8Array(length) });
    expect(sent()[0]?.fields['sysFlag']).toBe(sysFlag);
    expect(sent()[0]?.body).toHaveLength(sentLength);
  });

  it('begins at 4096 bytes unless told otherwise, for oneway sends as well', async () => {
    const { producer, sent } = rig({}, zlib);
    await producer.send({ topic: 'T', body: new Uint8Array(4_095) });
    await producer.send({ topic: 'T', body: new Uint8Array(4_096) });
    await producer.sendOneway({ topic: 'T', body: new Uint8Array(4_096) });
    expect(sent().map(({ fields }) => fields['sysFlag'])).toEqual([0, compressed | ZLIB, compressed | ZLIB]);
  });

  it('leaves the body of the caller as it is', async () => {
    const { producer } = rig({ compressOverBytes: 10 }, zlib);
    const body = Uint8Array.from({ length: 50 }, (_, index) => index);
    const given = Object.freeze({ topic: 'T', body });
    await producer.send(given);
    expect(given.body).toBe(body);
    expect(body).toEqual(Uint8Array.from({ length: 50 }, (_, index) => index));
  });

  it('names the type that was asked for', async () => {
    const { producer, sent } = rig({ compressOverBytes: 10, compressType: 'lz4' }, zlib);
    await producer.send({ topic: 'T', body: new Uint8Array(50) });
    expect(sent()[0]?.fields['sysFlag']).toBe(compressed | (1 << 8));
  });

  it('with an unknown codec fails before anything is sent', () => {
    const compression = (type: CompressionType): Compression => findCompression([], type);
    expect(() => rig({ compressType: 'zstd' }, { compression })).toThrow(
      expect.objectContaining({
        code: 'compression-unknown',
        message: expect.stringContaining('@rmq/compression-zstd'),
      }),
    );
  });

  it('uses the level that was asked for', async () => {
    const levels: number[] = [];
    const compress = (bytes: Uint8Array, level: number): Uint8Array => {
      levels.push(level);
      return bytes.subarray(0, 1);
    };
    const compression = { compression: () => ({ ...squeeze, compress }) };
    await rig({ compressOverBytes: 1 }, compression).producer.send(message);
    await rig({ compressOverBytes: 1, compressLevel: 9 }, compression).producer.send(message);
    expect(levels).toEqual([5, 9]);
  });

  it('happens once, whatever the number of attempts', async () => {
    let times = 0;
    const compress = (bytes: Uint8Array): Uint8Array => {
      times += 1;
      return bytes.subarray(0, 1);
    };
    const { answer, clock, producer, sent } = rig(
      { compressOverBytes: 1 },
      { compression: () => ({ ...squeeze, compress }) },
    );
    answer({ code: 2 }, {});
    const sending = producer.send(message);
    await clock.advance(1_000);
    await sending;
    expect([times, sent().length]).toEqual([1, 2]);
  });

  it('is left out when it makes nothing smaller', async () => {
    const compress = (bytes: Uint8Array): Uint8Array => Uint8Array.of(0, ...bytes);
    const { producer, sent } = rig({ compressOverBytes: 1 }, { compression: () => ({ ...squeeze, compress }) });
    await producer.send(message);
    expect(sent()[0]?.fields['sysFlag']).toBe(0);
    expect(new TextDecoder().decode(sent()[0]?.body)).toBe('hello');
  });

  it('counts as under way, with the bytes that were given', async () => {
    let running = 0;
    let most = 0;
    const compress = async (bytes: Uint8Array): Promise<Uint8Array> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return bytes.subarray(0, 1);
    };
    const { producer, sent } = rig(
      { compressOverBytes: 1, maxOutstandingBytes: 100 },
      { compression: () => ({ ...squeeze, compress }) },
    );
    await Promise.all(Array.from({ length: 9 }, () => producer.send({ topic: 'T', body: new Uint8Array(50) })));
    expect([most, sent().length]).toEqual([2, 9]);
  });

  it('is not for batches', async () => {
    const { broker, producer } = rig({ compressOverBytes: 1 }, zlib);
    await producer.sendBatch([message, message]);
    expect(broker.of('sendBatchMessage')[0]?.fields['sysFlag']).toBe(0);
  });

  it('fails the send when it fails: nothing is sent, and closing does not wait for it', async () => {
    const fault = new Error('out of memory');
    const compress = (): Promise<Uint8Array> => Promise.reject(fault);
    const { left, producer, sent } = rig({ compressOverBytes: 1 }, { compression: () => ({ ...squeeze, compress }) });
    await expect(producer.send(message)).rejects.toBe(fault);
    await expect(producer.sendOneway(message)).rejects.toBe(fault);
    expect(sent()).toEqual([]);
    await producer.close();
    expect(left).toEqual(['G']);
  });
});
