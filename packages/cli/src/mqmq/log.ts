import type { MqmqServerEvent } from '@rmq/broker/mqmq';
import { note, type Terminal } from '../core/terminal.ts';
import { connectionProblem } from './words.ts';

/** Writes log lines as Go's log package does, in local time. */
export type Log = (level: 'INFO' | 'ERROR' | 'FATAL', text: string) => void;

/** A log on stderr. */
export function logOf(terminal: Terminal): Log {
  return (level, text) => note(terminal, `${stamp(new Date())} ${level}: ${text}`);
}

/** Logs what the original logs of its connections, in its words. */
export function serverLog(log: Log): (event: MqmqServerEvent) => void {
  /** Clients whose connection has had its line: there is one for each. */
  const logged = new Set<string>();
  return (event) => {
    if (event.type === 'delivery.failed') {
      logged.add(event.client);
      log('ERROR', `failed to write frame (${peer(event.client)}): ${connectionProblem(event.cause)}`);
    } else if (event.type === 'connection.closed' && !logged.delete(event.client)) {
      const { reason, cause, client } = event;
      if (reason !== 'end' && reason !== 'fault') return;
      log('ERROR', `failed to read frame (${peer(client)}): ${connectionProblem(cause)}`);
    }
  };
}

/** A client as Go prints it: without the scheme. */
function peer(label: string): string {
  return label.replace(/^[a-z]+:\/\//, '');
}

function stamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('/');
  return `${date} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')}`;
}
