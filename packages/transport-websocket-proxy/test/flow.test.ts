import { seededRandom } from '@rmq/testkit';
import { ReceiveWindow, SendWindow } from '../src/flow.ts';
import { unitBytes, windowBytes } from '../src/protocol.ts';

test('the window is 16 units', () => {
  expect(windowBytes).toBe(16 * unitBytes);
});

test('a sender fills the window exactly, then waits', () => {
  const sender = new SendWindow();
  for (let count = 0; count < 16; count += 1) {
    expect(sender.fits(unitBytes)).toBe(true);
    sender.sent(unitBytes);
  }
  expect(sender.fits(1)).toBe(false);
  expect(sender.acknowledged()).toBe(true);
  expect(sender.fits(unitBytes)).toBe(true);
  expect(sender.fits(unitBytes + 1)).toBe(false);
});

test('an acknowledgement of what was not sent is told', () => {
  const sender = new SendWindow();
  sender.sent(unitBytes - 1);
  expect(sender.acknowledged()).toBe(false);
  sender.sent(1);
  expect(sender.acknowledged()).toBe(true);
  expect(sender.acknowledged()).toBe(false);
  expect(sender.outstanding).toBe(0);
});

test('a receiver tells an overrun, and acknowledges whole units', () => {
  const receiver = new ReceiveWindow();
  expect(receiver.received(windowBytes)).toBe(true);
  expect(receiver.passedOn(unitBytes - 1)).toBe(0);
  expect(receiver.passedOn(unitBytes + 1)).toBe(2);
  expect(receiver.received(2 * unitBytes)).toBe(true);
  expect(receiver.received(1)).toBe(false);
});

test('tiny messages are held back only while an acknowledgement is sure to come', () => {
  const sender = new SendWindow();
  for (let count = 0; count < unitBytes; count += 1) {
    expect(sender.fits(1)).toBe(true);
    sender.sent(1);
  }
  expect(sender.fits(1)).toBe(false);
  expect(sender.acknowledged()).toBe(true);
  expect(sender.fits(1)).toBe(true);
});

test.each([1, 2, 3, 4, 5])('both ends agree and nothing hangs, whatever the sizes and the order (seed %d)', (seed) => {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const sender = new SendWindow();
  const receiver = new ReceiveWindow();
  let unread = 0;
  const read = (bytes: number): void => {
    unread -= bytes;
    for (let units = receiver.passedOn(bytes); units > 0; units -= 1) expect(sender.acknowledged()).toBe(true);
  };
  for (let step = 0; step < 5_000; step += 1) {
    const size = 1 + below(seed % 2 === 0 ? 100 : unitBytes);
    if (sender.fits(size)) {
      sender.sent(size);
      expect(receiver.received(size)).toBe(true);
      unread += size;
    } else read(1 + below(unread));
    expect(receiver.outstanding).toBe(sender.outstanding);
  }
  read(unread);
  expect(sender.outstanding).toBeLessThan(unitBytes);
  expect(sender.fits(unitBytes)).toBe(true);
});
