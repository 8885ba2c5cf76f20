import { createHmac } from 'node:crypto';
import {
  aclContent,
  aclFields,
  decodeFrame,
  encodeRequest,
  flags,
  type RemotingCommand,
  type Request,
  signed,
} from '@rmq/protocol/rocketmq';
import { frameCaptures } from './captures.ts';

/** Of the recordings: users of ACL 2.0, and keys of ACL 1.0. */
const secrets: Readonly<Record<string, string | undefined>> = {
  rocketmq: '12345678',
  alice: 'alicepass',
  aliceak1: 'alicesecret',
};

function hmacOf(secret: string): (content: Uint8Array) => Uint8Array {
  return (content) => createHmac('sha1', secret).update(content).digest();
}

describe('the signature of a command', () => {
  it('is what official clients, tools and brokers sent', () => {
    const frames: readonly RemotingCommand[] = frameCaptures().map(({ frame }) => decodeFrame(frame));
    const known = frames.filter(
      ({ extFields }) => extFields[aclFields.signature] !== undefined && (extFields['AccessKey'] ?? '') in secrets,
    );
    const matching = known.filter((frame) => {
      const secret = secrets[frame.extFields['AccessKey'] ?? ''] ?? '';
      const signature = Buffer.from(hmacOf(secret)(aclContent(frame))).toString('base64');
      return signature === frame.extFields[aclFields.signature];
    });
    expect(known.length).toBeGreaterThan(30);
    // A few were signed wrong on purpose.
    expect(known.length - matching.length).toBeLessThan(4);
  });

  it.each(['json', 'rocketmq'] as const)('is found by a server in what it receives: %s', async (serializeType) => {
    const request: Request<'getMaxOffset'> = {
      name: 'getMaxOffset',
      fields: { topic: 'Grüße', queueId: 3 },
      extra: { zone: 'é', Aaa: '1' },
      body: Uint8Array.of(1, 2, 3),
    };
    const signer = { accessKey: 'alice', securityToken: 'sts', hmac: hmacOf('secret') };
    const envelope = { opaque: 1, flag: flags.request, language: 'NODE_JS', version: 479, serializeType } as const;
    const received = decodeFrame(encodeRequest(await signed(request, signer), envelope));
    expect(received.extFields).toMatchObject({ AccessKey: 'alice', SecurityToken: 'sts', zone: 'é', topic: 'Grüße' });
    const expected = Buffer.from(hmacOf('secret')(aclContent(received))).toString('base64');
    expect(received.extFields[aclFields.signature]).toBe(expected);
  });

  it('covers values in the order of their names, upper case first, then the body', () => {
    const extFields = { b: '2', A: '1', a: '3', Signature: 'old' };
    expect(new TextDecoder().decode(aclContent({ extFields, body: Uint8Array.of(0x21) }))).toBe('132!');
  });

  it('has no token unless the credentials do', async () => {
    const request: Request<'getMaxOffset'> = { name: 'getMaxOffset', fields: { topic: 'T', queueId: 3 } };
    const { extra } = await signed(request, { accessKey: 'a', hmac: hmacOf('s') });
    expect(Object.keys(extra ?? {})).toEqual(['AccessKey', 'Signature']);
  });

  it('is not made of a request that could not be sent', async () => {
    const request = JSON.parse('{ "name": "getMaxOffset", "fields": { "topic": "T" } }') as Request;
    const refused = signed(request, { accessKey: 'a', hmac: hmacOf('s') });
    await expect(refused).rejects.toMatchObject({ code: 'field-missing' });
  });
});
