import { websocketDialer } from '@rmq/transport-websocket-proxy';
import { byId, fieldOf, grouped, row } from '../shared/dom.ts';
import { showProblem } from '../shared/problem.ts';
import { openSession } from '../shared/session.ts';
import type { Session } from '../shared/session.ts';
import { Counts, LogView, messagesView, showState } from '../shared/views.ts';

const connectForm = byId('connect', HTMLFormElement);
const produceForm = byId('produce', HTMLFormElement);
const toggle = byId('toggle', HTMLButtonElement);
const servers = byId('servers', HTMLTableSectionElement);
const log = new LogView();
const messages = messagesView();
const counts = new Counts();
let session: Session | undefined;

/** Opens the connection that the form describes. */
async function open(): Promise<Session> {
  const token = fieldOf(connectForm, 'token');
  const dial = websocketDialer({
    url: fieldOf(connectForm, 'proxy'),
    token: token === '' ? undefined : token,
  });
  return openSession({
    dial,
    nameServer: fieldOf(connectForm, 'nameServer'),
    topic: fieldOf(connectForm, 'topic'),
    onEvent: log.event,
    onMessage(message) {
      counts.add('received');
      messages.add(message);
    },
  });
}

/** Shows what can be done now. */
function show(state: 'not connected' | 'connecting' | 'connected' | 'closing'): void {
  showState(state, state === 'connected');
  toggle.textContent = state === 'connected' ? 'Disconnect' : 'Connect';
  toggle.disabled = state === 'connecting' || state === 'closing';
  for (const input of connectForm.querySelectorAll('input')) input.disabled = state !== 'not connected';
  for (const button of produceForm.querySelectorAll('button')) button.disabled = state !== 'connected';
}

async function connectOrClose(): Promise<void> {
  showProblem();
  const closing = session;
  session = undefined;
  try {
    if (closing === undefined) {
      const opening = open(); // reads the form, before it is disabled
      show('connecting');
      session = await opening;
    } else {
      show('closing');
      await closing.close();
    }
  } catch (error) {
    showProblem(error);
  }
  show(session === undefined ? 'not connected' : 'connected');
}

async function send(body: string): Promise<void> {
  try {
    await session?.send(body);
    counts.add('sent');
  } catch (error) {
    counts.add('failed');
    showProblem(error);
  }
}

async function produce(count: number): Promise<void> {
  const body = fieldOf(produceForm, 'body');
  await Promise.all(
    Array.from({ length: count }, (_, index) => send(count === 1 ? body : `${body} (${grouped(index + 1)})`)),
  );
  if (count > 1) log.add('produced', `${grouped(count)} messages`);
}

/** The connections there are: each a WebSocket. */
function showServers(): void {
  const connections = session?.client.connections ?? [];
  servers.replaceChildren(
    ...connections.map(({ address, state, outstanding }) =>
      row(['', address], [`dot ${state}`, state], ['number', grouped(outstanding)]),
    ),
  );
}

connectForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void connectOrClose();
});
produceForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const count = event.submitter instanceof HTMLButtonElement ? Number(event.submitter.value) : 1;
  void produce(count);
});
setInterval(showServers, 250);
// Fields may be given in the address: `?proxy=ws://…&nameServer=…`. Never the token: addresses are kept in histories.
for (const [name, value] of new URLSearchParams(location.search)) {
  const input = name === 'token' ? null : connectForm.elements.namedItem(name);
  if (input instanceof HTMLInputElement) input.value = value;
}
