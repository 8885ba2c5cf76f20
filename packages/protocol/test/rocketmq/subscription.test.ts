import { javaHash, matchesTags, parseTagExpression, subscription } from '@rmq/protocol/rocketmq/messages';

describe('tag expressions', () => {
  it.each(['*', '', '  '])('%j is everything', (expression) => {
    expect(parseTagExpression(expression)).toEqual({ subString: '*', tags: [], codes: [] });
  });

  it('name tags between bars, blanks aside', () => {
    expect(parseTagExpression(' TagA || TagB||||TagA ')).toEqual({
      subString: ' TagA || TagB||||TagA ',
      tags: ['TagA', 'TagB'],
      codes: [2_598_919, 2_598_920],
    });
  });

  it.each(['||', ' || '])('%j names no tag', (expression) => {
    expect(() => parseTagExpression(expression)).toThrow(expect.objectContaining({ code: 'name-invalid' }));
  });
});

describe('Java hash codes', () => {
  // String.hashCode() of Java: the sum of unit * 31^(length - 1 - index), in 32 bits.
  it.each([
    ['', 0],
    ['a', 97],
    ['TagA', 2_598_919],
    ['hello', 99_162_322],
    ['polygenelubricants', -2_147_483_648],
    ['é', 233],
    ['😀', 0xd83d * 31 + 0xde00],
  ])('of %j', (text, hash) => {
    expect(javaHash(text)).toBe(hash);
  });
});

describe('subscriptions', () => {
  it('carry tags, hashes and the version', () => {
    expect(subscription('T', 'TagA || TagB', 7)).toEqual({
      classFilterMode: false,
      codeSet: [2_598_919, 2_598_920],
      expressionType: 'TAG',
      subString: 'TagA || TagB',
      subVersion: 7,
      tagsSet: ['TagA', 'TagB'],
      topic: 'T',
    });
  });

  it('match by the tag itself, since brokers match by hash', () => {
    const tags = subscription('T', 'Aa', 1);
    expect(javaHash('Aa')).toBe(javaHash('BB'));
    expect(['Aa', 'BB', undefined].map((tag) => matchesTags(tags, tag))).toEqual([true, false, false]);
    expect(['Aa', undefined].map((tag) => matchesTags(subscription('T', '*', 1), tag))).toEqual([true, true]);
  });
});
