import { readFileSync } from 'node:fs';
import { decodeFrame, encodeFrame, type SerializeType } from '@rmq/protocol/rocketmq';
import {
  decodeBatch,
  decodeMessages,
  decodeProperties,
  formatAddress,
  messageFields,
  offsetMessageId,
} from '@rmq/protocol/rocketmq/messages';
import { codecOf } from './shape-codec.ts';

/** What Java says that the bytes beside it hold. */
interface Vector {
  readonly kind: 'frame' | 'message' | 'batch' | 'body';
  readonly [member: string]: unknown;
}

const vectors = readFileSync(new URL('java.vectors.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1) // the first line tells their origin
  .map((line) => JSON.parse(line) as Vector);

const ofKind = (kind: Vector['kind']): readonly Vector[] => vectors.filter((vector) => vector.kind === kind);
const bytesOf = (base64: unknown): Uint8Array => new Uint8Array(Buffer.from(String(base64), 'base64'));

/** A host as Java told it, `<base64>:<port>`, in our words. */
function hostOf(text: unknown): { readonly host: string; readonly port: number } {
  const [address = '', port = ''] = String(text).split(':');
  return { host: formatAddress(bytesOf(address)), port: Number(port) };
}

/** Of what is empty, Java's binary header says nothing. */
function sayingNothing(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

describe('commands that Java wrote', () => {
  const frames = ofKind('frame');

  it.each<SerializeType>(['json', 'rocketmq'])('are read as Java reads them: %s', (form) => {
    expect(frames).toHaveLength(60);
    for (const { kind, json, rocketmq, remark, extFields, body, ...plain } of frames) {
      const fields = (extFields ?? {}) as Readonly<Record<string, string>>;
      expect(decodeFrame(bytesOf(form === 'json' ? json : rocketmq))).toEqual({
        ...plain,
        remark: form === 'rocketmq' && remark === '' ? undefined : (remark ?? undefined),
        extFields: form === 'json' ? fields : sayingNothing(fields),
        body: bytesOf(body),
        serializeType: form,
      });
    }
  });

  it.each<SerializeType>(['json', 'rocketmq'])('are written as Java writes them: %s', (form) => {
    // With fields that are in Java's order in any JavaScript object, and of which Java writes nothing twice.
    const exact = frames.filter(({ extFields, remark }) => {
      const fields = Object.entries(extFields ?? {});
      return fields.length > 0 && remark !== '' && !fields.some(([name, value]) => value === '' || /^\d+$/.test(name));
    });
    expect(exact.length).toBeGreaterThan(20);
    for (const vector of exact) {
      const bytes = bytesOf(vector[form]);
      expect(encodeFrame(decodeFrame(bytes))).toEqual(bytes);
    }
  });
});

describe('stored messages that Java wrote', () => {
  it('are read as Java reads them', () => {
    const messages = ofKind('message');
    expect(messages).toHaveLength(60);
    for (const { kind, bytes, body, bornHost, storeHost, messageId, ...plain } of messages) {
      const [read] = decodeMessages(bytesOf(bytes));
      expect(read).toBeDefined();
      if (read === undefined) return;
      const { queueOffset, physicalOffset, preparedTransactionOffset, ...fields } = messageFields(read);
      expect({
        ...fields,
        queueOffset: queueOffset.toString(),
        physicalOffset: physicalOffset.toString(),
        preparedTransactionOffset: preparedTransactionOffset?.toString(),
      }).toMatchObject({ ...plain, body: bytesOf(body), bornHost: hostOf(bornHost), storeHost: hostOf(storeHost) });
      expect(offsetMessageId(read.storeHost, read.physicalOffset)).toBe(messageId);
    }
  });
});

describe('batches that Java wrote', () => {
  it('are read as Java reads them', () => {
    const batches = ofKind('batch');
    expect(batches).toHaveLength(60);
    for (const { bytes, messages } of batches) {
      const read = decodeBatch(bytesOf(bytes)).map((each) => ({
        flag: each.flag,
        body: Buffer.from(each.body).toString('base64'),
        properties: decodeProperties(each.properties),
      }));
      expect(read).toEqual(messages);
    }
  });
});

describe('bodies that Java wrote', () => {
  const bodies = ofKind('body');
  const shapes = [...new Set(bodies.map(({ shape }) => String(shape)))];

  it.each(shapes)('are read, written and read again: the same %s', (shape) => {
    const { decode, encode } = codecOf(shape);
    const mine = bodies.filter((vector) => vector['shape'] === shape);
    expect(mine).toHaveLength(4);
    for (const { bytes } of mine) {
      const value = decode(bytesOf(bytes));
      expect(decode(encode(value))).toEqual(value);
      expect(decode(encode(value, { strict: false }))).toEqual(value);
    }
  });
});
