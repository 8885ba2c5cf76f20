import { closeReason, closingOf, closings, maxReasonBytes } from '../src/protocol.ts';

const bytes = (text: string): number => new TextEncoder().encode(text).byteLength;

test('every code has one meaning, and is one that a server may send', () => {
  const codes = Object.values(closings).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect((code >= 1000 && code <= 1011) || (code >= 4000 && code <= 4999)).toBe(true);
});

test('what the client itself sends is what a page may send', () => {
  expect(closings.end.code).toBe(1000);
  for (const { code } of [closings.aborted, closings.protocolBroken]) expect(code).toBeGreaterThanOrEqual(3000);
});

test('all but the end are faults', () => {
  for (const [name, { code }] of Object.entries(closings)) {
    expect([name, closingOf(code)?.fault !== undefined]).toEqual([name, name !== 'end']);
  }
  expect(closingOf(1006)).toBeUndefined();
});

test.each(['', 'x', 'x'.repeat(123), 'ü'.repeat(61)])('the reason %j stays as it is', (text) => {
  expect(closeReason(text)).toBe(text);
});

test.each(['x'.repeat(124), 'ü'.repeat(62), '𝄞'.repeat(31), `${'x'.repeat(122)}ü`])(
  '%j is cut at a character',
  (text) => {
    const reason = closeReason(text);
    expect(bytes(reason)).toBeLessThanOrEqual(maxReasonBytes);
    expect(bytes(reason)).toBeGreaterThan(maxReasonBytes - 7);
    expect(reason.endsWith('…')).toBe(true);
    expect(text.startsWith(reason.slice(0, -1))).toBe(true);
  },
);
