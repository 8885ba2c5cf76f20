import { response, type RemotingCommand } from '@rmq/protocol/rocketmq';
import { ask, type Remoting } from '../../src/rocketmq/remoting.ts';

const asked: RemotingCommand = {
  code: 0,
  language: 'JAVA',
  version: 479,
  opaque: 1,
  flag: 0,
  remark: undefined,
  extFields: {},
  body: new Uint8Array(0),
  serializeType: 'json',
};

function answering(init: Parameters<typeof response>[1]): Remoting {
  return { call: () => Promise.resolve(response(asked, init)), oneway: () => Promise.resolve() };
}

const maxOffset = { name: 'getMaxOffset', fields: { topic: 't', queueId: 0 } } as const;

describe('ask', () => {
  it('gives the fields of a success', async () => {
    const remoting = answering({ code: 0, extra: { offset: '9007199254740993' } });
    await expect(ask(remoting, 'b:1', maxOffset)).resolves.toMatchObject({ offset: 9_007_199_254_740_993n });
  });

  it('rejects for any other code, and says who, which and why', async () => {
    await expect(ask(answering({ code: 17, remark: 'no t' }), 'b:1', maxOffset)).rejects.toMatchObject({
      code: 'refused',
      message: 'b:1 answered topicNotExist (17): no t',
      responseCode: 17,
      responseName: 'topicNotExist',
      remark: 'no t',
      address: 'b:1',
    });
  });

  it('knows which answers are worth another attempt', async () => {
    await expect(ask(answering({ code: 2 }), 'b:1', maxOffset)).rejects.toMatchObject({ retryable: true });
    await expect(ask(answering({ code: 13 }), 'b:1', maxOffset)).rejects.toMatchObject({ retryable: false });
  });

  it('has no name for a code that no table has', async () => {
    await expect(ask(answering({ code: 4_711 }), 'b:1', maxOffset)).rejects.toMatchObject({
      message: 'b:1 answered an unknown code (4711)',
      responseName: undefined,
    });
  });
});
