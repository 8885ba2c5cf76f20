import fc from 'fast-check';
import { ConnectionError } from '../../../src/core/errors.ts';
import { message, rig, watched } from './rig.ts';

type Outcome = 'stored' | 'busy' | 'illegal' | 'refused' | 'broken' | 'slow' | 'silent';
const outcomes = fc.array(
  fc.constantFrom<Outcome>('stored', 'busy', 'illegal', 'refused', 'refused', 'broken', 'slow', 'silent'),
  { minLength: 1, maxLength: 12 },
);
const settings = fc.record({
  retries: fc.integer({ min: 0, max: 5 }),
  brokers: fc.integer({ min: 1, max: 3 }),
  sendTimeoutMs: fc.integer({ min: 1, max: 3_000 }),
  chance: fc.double({ min: 0, max: 1, noNaN: true }),
  latencyFaultTolerance: fc.boolean(),
});
type Setting = typeof settings extends fc.Arbitrary<infer S> ? S : never;
const SLOW_MS = 300;

/** Plays outcomes to one send, the last one for ever, and gives what the test looks at. */
async function play(script: readonly Outcome[], { brokers, chance, ...options }: Setting) {
  const { answer, clock, producer, sent, spread } = rig(options, { random: () => chance });
  spread(...['broker-a', 'broker-b', 'broker-c'].slice(0, brokers));
  const told: Outcome[] = [];
  answer(async () => {
    const outcome = script[Math.min(told.length, script.length - 1)] ?? 'stored';
    told.push(outcome);
    if (outcome === 'silent') return new Promise(() => undefined);
    if (outcome === 'slow') await new Promise<void>((resolve) => clock.after(SLOW_MS, resolve));
    if (outcome === 'refused') return new ConnectionError('connect-failed', 'refused');
    if (outcome === 'broken') return new ConnectionError('connection-closed', 'broken');
    return outcome === 'busy' ? { code: 2 } : outcome === 'illegal' ? { code: 13 } : {};
  });
  const sending = watched(producer.send(message));
  await clock.advance(options.sendTimeoutMs);
  await clock.advance(SLOW_MS);
  return { clock, sending, sent: sent(), told };
}

describe('a send, whatever brokers do', () => {
  it('ends in its time, sends no more than 1 + retries requests, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(outcomes, settings, async (script, setting) => {
        const { clock, sending, sent, told } = await play(script, setting);
        expect(sending.isSettled).toBe(true);
        expect(clock.pending).toBe(0);
        expect(told.filter((outcome) => outcome !== 'refused').length).toBeLessThanOrEqual(1 + setting.retries);
        expect(sent.length).toBeLessThan(200);
        expect(new Set(sent.map(({ fields }) => fields['properties'])).size).toBe(1);
        if (sending.value !== undefined) expect(['stored', 'slow']).toContain(told.at(-1));
        else if (sent.length > 1) expect(sending.error).toMatchObject({ attempts: sent.length });
        if (told.slice(0, -1).includes('illegal')) throw new Error('tried again what is refused for good');
      }),
    );
  });
});
