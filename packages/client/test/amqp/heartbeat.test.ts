import { Heartbeat } from '../../src/amqp/heartbeat.ts';

describe('Heartbeat', () => {
  const silent = { receivedAt: 0, sentAt: 0 };

  it('calls for one at each tick before which nothing was sent, its own included', () => {
    const heartbeat = new Heartbeat(silent);
    expect(heartbeat.tick({ receivedAt: 1, sentAt: 0 }, 500)).toBe('send');
    expect(heartbeat.tick({ receivedAt: 2, sentAt: 500 }, 1_000)).toBe('send');
    expect(heartbeat.tick({ receivedAt: 3, sentAt: 1_200 }, 1_500)).toBe('quiet');
    expect(heartbeat.tick({ receivedAt: 4, sentAt: 1_200 }, 2_000)).toBe('send');
  });

  it('gives a server up after four ticks without a byte', () => {
    const heartbeat = new Heartbeat(silent);
    const verdicts = [1, 2, 3, 4].map((turn) => heartbeat.tick({ receivedAt: 0, sentAt: turn }, turn));
    expect(verdicts).toEqual(['quiet', 'quiet', 'quiet', 'dead']);
  });

  it('takes a pause of this side for one tick, however long it was', () => {
    const heartbeat = new Heartbeat(silent);
    expect(heartbeat.tick({ receivedAt: 0, sentAt: 0 }, 500)).toBe('send');
    // The machine slept for an hour: what the server sent is read after the timer has fired.
    expect(heartbeat.tick({ receivedAt: 0, sentAt: 500 }, 3_600_000)).toBe('send');
    expect(heartbeat.tick({ receivedAt: 3_600_001, sentAt: 3_600_000 }, 3_600_500)).toBe('send');
  });
});
