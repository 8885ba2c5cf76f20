import { drain } from '@rmq/testkit';
import { Lifecycle, type State, transitions } from '../../src/core/lifecycle.ts';

const states = Object.keys(transitions) as State[];

function lifecycle(...steps: readonly State[]): Lifecycle {
  const made = new Lifecycle(() => undefined);
  for (const step of steps) made.to(step);
  return made;
}

/** What a watch shows until it ends. */
async function watch(from: AsyncIterable<State>, seen: State[] = []): Promise<State[]> {
  for await (const state of from) seen.push(state);
  return seen;
}

describe('Lifecycle', () => {
  it('takes the steps of its table and tells of each', () => {
    const steps: string[] = [];
    const told = new Lifecycle((from, to) => steps.push(`${from}>${to}`));
    for (const state of ['connecting', 'open', 'draining', 'closed'] as const) told.to(state);
    expect(steps).toEqual(['idle>connecting', 'connecting>open', 'open>draining', 'draining>closed']);
  });

  it.each(states)('refuses from closed to go to %s', (state) => {
    expect(() => {
      lifecycle('closed').to(state);
    }).toThrow(expect.objectContaining({ code: 'state-invalid' }));
  });
});

describe('reached', () => {
  it('resolves at once in a wanted state, else with the first one that comes', async () => {
    const connection = lifecycle('connecting');
    await expect(connection.reached('connecting')).resolves.toBe('connecting');
    const either = connection.reached(['open', 'backoff']);
    connection.to('backoff');
    connection.to('connecting');
    await expect(either).resolves.toBe('backoff');
  });

  it('sees a state that ends within the same turn', async () => {
    const connection = new Lifecycle((_, to) => {
      if (to === 'open') connection.to('draining'); // a listener that closes at once
    });
    const open = connection.reached('open');
    connection.to('connecting');
    connection.to('open');
    await expect(open).resolves.toBeDefined();
    expect(connection.state).toBe('draining');
  });

  it('fails with a typed error as soon as no way leads there any more', async () => {
    const connection = lifecycle('connecting', 'open');
    const again = connection.reached('backoff');
    const over = connection.reached('closed');
    connection.to('draining');
    await expect(again).rejects.toMatchObject({ name: 'ConnectionError', code: 'client-closed' });
    connection.to('closed');
    await expect(over).resolves.toBe('closed');
    await expect(connection.reached(['idle', 'open'])).rejects.toMatchObject({
      message: 'a connection that is closed will never be idle or open',
    });
  });

  it('rejects with the reason of the signal, before and while it waits', async () => {
    const reason = new Error('enough');
    const connection = lifecycle();
    await expect(connection.reached('idle', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = connection.reached('open', { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});

describe('states', () => {
  it('begin with the state there is, follow it, and end after closed', async () => {
    const connection = lifecycle();
    const seen: State[] = [];
    const watching = watch(connection.states(), seen);
    for (const step of ['connecting', 'backoff', 'idle', 'closed'] as const) {
      await drain();
      connection.to(step);
    }
    await watching;
    expect(seen).toEqual(['idle', 'connecting', 'backoff', 'idle', 'closed']);
  });

  it('give the latest state to who reads slowly', async () => {
    const connection = lifecycle();
    const watching = connection.states();
    await watching.next();
    for (const step of ['connecting', 'open', 'idle', 'connecting'] as const) connection.to(step);
    await expect(watching.next()).resolves.toMatchObject({ value: 'connecting' });
    connection.to('closed');
    await expect(watch(watching)).resolves.toEqual(['closed']);
  });

  it('end with the reason of the signal', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const watching = watch(lifecycle().states({ signal: controller.signal }));
    await drain();
    controller.abort(reason);
    await expect(watching).rejects.toBe(reason);
  });
});
