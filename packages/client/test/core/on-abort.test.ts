import { getEventListeners } from 'node:events';
import { onAbort } from '../../src/core/on-abort.ts';

describe('onAbort', () => {
  it('calls all who wait, with one listener for all of them', () => {
    const controller = new AbortController();
    const called: string[] = [];
    for (const name of ['a', 'b', 'c']) onAbort(controller.signal, () => called.push(name));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort();
    expect(called).toEqual(['a', 'b', 'c']);
  });

  it('calls nobody who left, even while others are called', () => {
    const controller = new AbortController();
    const called: string[] = [];
    const leaves = ['a', 'b', 'c'].map((name) =>
      onAbort(controller.signal, () => {
        called.push(name);
        leaves[2]?.();
      }),
    );
    leaves[0]?.();
    controller.abort();
    expect(called).toEqual(['b']);
  });

  it('leaves no listener behind when nobody waits any more, and listens again for who comes later', () => {
    const controller = new AbortController();
    const leaves = [0, 1].map(() => onAbort(controller.signal, () => undefined));
    for (const leave of leaves) leave();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    leaves[0]?.(); // once more changes nothing
    let calls = 0;
    onAbort(controller.signal, () => (calls += 1));
    leaves[1]?.();
    controller.abort();
    expect(calls).toBe(1);
  });

  it('does nothing without a signal', () => {
    expect(() => {
      onAbort(undefined, () => undefined)();
    }).not.toThrow();
  });
});
