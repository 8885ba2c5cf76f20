import type { ReceivedMessage, RocketmqEvent } from '@rmq/client/rocketmq';
import { byId, grouped, made } from './dom.ts';
import { FrameUpdates } from './frame-updates.ts';
import { ListView } from './list-view.ts';

/** One line of the log. */
interface Line {
  readonly at: Date;
  readonly level: string;
  readonly kind: string;
  readonly text: string;
}

/** An event in words that are short enough for one line. */
function worded(event: RocketmqEvent): string {
  if (event.type === 'connection.state') return `${event.address}: ${event.from} → ${event.to}`;
  if (event.type === 'rebalance') return `${event.topic}: ${event.owned.length} of its queues are read by this page`;
  const fields = Object.entries(event).filter(
    ([name, value]) => !['type', 'level'].includes(name) && value !== undefined,
  );
  return fields.map(([name, value]) => `${name} ${value instanceof Error ? value.message : String(value)}`).join(' · ');
}

/** What happens, newest first. */
export class LogView {
  readonly #list = new ListView<Line>(byId('log', HTMLOListElement), 200, ({ at, level, kind, text }) =>
    made('li', level, [
      made('span', 'time', at.toLocaleTimeString('en-GB')),
      made('span', 'kind', kind),
      made('span', '', text),
    ]),
  );

  /** An event of the client. */
  readonly event = (event: RocketmqEvent): void => {
    this.add(event.type, worded(event), event.level);
  };

  add(kind: string, text: string, level = 'info'): void {
    if (level !== 'debug') this.#list.add({ at: new Date(), level, kind, text });
  }
}

/** Messages as they arrive, newest first. */
export function messagesView(): ListView<ReceivedMessage> {
  return new ListView(byId('messages', HTMLOListElement), 100, (message) =>
    made('li', '', [
      made('span', 'body', message.text()),
      made('span', 'place', `queue ${message.queue.queueId} · ${grouped(message.offset)}`),
    ]),
  );
}

/** The three numbers that both pages count. */
export class Counts {
  sent = 0;
  received = 0;
  failed = 0;
  readonly #updates = new FrameUpdates(() => {
    for (const name of ['sent', 'received', 'failed'] as const) {
      byId(name, HTMLElement).textContent = grouped(this[name]);
    }
  });

  add(name: 'sent' | 'received' | 'failed'): void {
    this[name] += 1;
    this.#updates.request();
  }

  clear(): void {
    this.sent = this.received = this.failed = 0;
    this.#updates.request();
  }
}

/** Says what state things are in. */
export function showState(text: string, good: boolean): void {
  const pill = byId('state', HTMLElement);
  pill.textContent = text;
  pill.classList.toggle('good', good);
}
