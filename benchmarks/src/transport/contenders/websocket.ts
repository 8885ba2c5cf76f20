import { websocketDialer } from '@rmq/transport-websocket-proxy';
import { WebSocket } from 'ws';
import type { Contender, Task } from '../task.ts';
import { overTransport } from './over-transport.ts';

/** Our client through our proxy; with `ws`, as the other one. */
export function contender({ proxy = '' }: Task): Contender {
  return overTransport(websocketDialer({ url: proxy, WebSocket }));
}
