import { byId, fieldOf, grouped, made, row } from '../shared/dom.ts';
import { showProblem } from '../shared/problem.ts';
import { consumerGroup } from '../shared/session.ts';
import { Counts, LogView, messagesView, showState } from '../shared/views.ts';
import { Chart } from './chart.ts';
import { Pace } from './pace.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

/** How often numbers are looked at. Milliseconds. */
const sampleMs = 200;
/** How many sends may be without an answer. */
const concurrency = 256;

const brokerForm = byId('broker', HTMLFormElement);
const produceForm = byId('produce', HTMLFormElement);
const toggle = byId('toggle', HTMLButtonElement);
const sendButton = byId('send', HTMLButtonElement);
const progress = byId('progress', HTMLProgressElement);
const facts = byId('facts', HTMLElement);
const queues = byId('queues', HTMLTableSectionElement);
const chart = new Chart(byId('chart', SVGSVGElement));
const log = new LogView();
const messages = messagesView();
const counts = new Counts();
let world: World | undefined;
let topic = '';
let producing = false;

function show(state: 'stopped' | 'starting' | 'running' | 'stopping'): void {
  showState(state, state === 'running');
  toggle.textContent = state === 'running' ? 'Stop' : 'Start';
  toggle.disabled = state === 'starting' || state === 'stopping';
  sendButton.disabled = state !== 'running' || producing;
  for (const input of produceForm.querySelectorAll('input[name=topic]')) {
    if (input instanceof HTMLInputElement) input.disabled = state !== 'stopped';
  }
}

function start(): Promise<World> {
  topic = fieldOf(produceForm, 'topic');
  counts.clear();
  messages.clear();
  return startWorld({
    topic,
    onEvent: log.event,
    onMessage(message) {
      counts.add('received');
      messages.add(message);
    },
  });
}

async function startOrStop(): Promise<void> {
  showProblem();
  const stopping = world;
  world = undefined;
  try {
    if (stopping === undefined) {
      const starting = start(); // reads the form, before it is disabled
      show('starting');
      world = await starting;
      log.add('broker', 'started in this page');
    } else {
      show('stopping');
      await stopping.stop();
      log.add('broker', 'stopped, and all its messages are gone');
    }
  } catch (error) {
    showProblem(error);
  }
  show(world === undefined ? 'stopped' : 'running');
  await showNumbers();
}

/** Sends so many messages, some of them at a time. */
async function produce(running: World, total: number): Promise<void> {
  const pace = new Pace();
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < total && world === running) {
      next += 1;
      try {
        await running.session.send(`order ${grouped(next)} of ${grouped(total)}`);
        counts.add('sent');
      } catch (error) {
        counts.add('failed');
        if (world === running) showProblem(error);
      }
      done += 1;
      await pace.turn();
    }
  };
  const showing = setInterval(() => {
    progress.value = done / total;
  }, sampleMs);
  const before = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - before) / 1_000;
  clearInterval(showing);
  progress.value = 1;
  log.add('produced', `${grouped(done)} messages in ${seconds.toFixed(2)} s, each answered by the broker`);
}

async function produceAsAsked(): Promise<void> {
  const running = world;
  if (running === undefined || producing) return;
  producing = true;
  show('running');
  await produce(running, Number(fieldOf(produceForm, 'count')));
  producing = false;
  show(world === undefined ? 'stopped' : 'running');
}

/** What the broker says of itself, and what the client can ask it. */
async function showNumbers(): Promise<void> {
  const running = world;
  if (running === undefined) {
    facts.replaceChildren();
    queues.replaceChildren();
    return;
  }
  const { nameServer, endpoint, stats } = running.broker;
  const now = stats();
  const pairs = [
    ['name server', `${nameServer.host}:${nameServer.port}`],
    ['broker', `${endpoint.host}:${endpoint.port}`],
    ['connections', grouped(now.connections)],
    ['messages', `${grouped(now.messages)} in ${(now.storeBytes / 2 ** 20).toFixed(1)} MiB`],
  ] as const;
  facts.replaceChildren(...pairs.flatMap(([name, value]) => [made('dt', '', name), made('dd', '', value)]));
  await showQueues(running);
}

async function showQueues({ session }: World): Promise<void> {
  const { admin } = session.client;
  const table = (await admin.topicStats(topic)) ?? [];
  const rows = table.map(async ({ queue, value: { minOffset, maxOffset } }) => {
    const consumed = await admin.consumerOffset(consumerGroup, queue);
    const cells = [String(queue.queueId), grouped(minOffset), grouped(maxOffset), grouped(consumed ?? 0n)];
    return row(['', queue.topic], ...cells.map((text) => ['number', text] as const));
  });
  queues.replaceChildren(...(await Promise.all(rows)));
}

let last = { at: performance.now(), sent: 0, received: 0 };

/** Samples the rates; the counts begin anew with each broker. */
function sample(): void {
  const at = performance.now();
  const seconds = (at - last.at) / 1_000;
  const rate = (now: number, before: number): number => Math.max(0, now - before) / seconds;
  chart.add({ produced: rate(counts.sent, last.sent), consumed: rate(counts.received, last.received) });
  last = { at, sent: counts.sent, received: counts.received };
}

brokerForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void startOrStop();
});
produceForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void produceAsAsked();
});
setInterval(() => {
  sample();
  showNumbers().catch((error: unknown) => {
    if (world !== undefined) showProblem(error);
  });
}, sampleMs);
