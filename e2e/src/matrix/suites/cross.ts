import type { Dial, Endpoint, Transport } from '@rmq/transport';
import { lacks, neighbours, type PlatformName, type Wire, wiresOf } from '../column.ts';
import { wishes } from '../echo.ts';
import { type Context, type MatrixCase, suite, type Suite } from '../suite.ts';
import { throughProxy } from '../through-proxy.ts';

/** Bytes of an echo: more than all buffers on the way hold together. */
const echoed = 4 * 2 ** 20;
const block = 65_536;

/** What the cases share: the way to a neighbour. */
interface Meeting {
  readonly dial: (to: Place) => Promise<Transport>;
}

/** What is dialed, and how. */
interface Place {
  readonly name: string;
  readonly wire: Wire;
}

/** The byte at a position; not periodic in a power of two. */
const byteAt = (position: number): number => (position * 31 + Math.floor(position / 251)) & 0xff;

async function send(transport: Transport, first: number): Promise<void> {
  await transport.write([Uint8Array.of(first)]);
  for (let at = 0; at < echoed; at += block) {
    await transport.write([Uint8Array.from({ length: block }, (_, index) => byteAt(at + index))]);
  }
  // Over a WebSocket an end would be that of both directions.
  if (transport.halfClose) await transport.end();
}

async function echoes({ dial }: Meeting, place: Place): Promise<void> {
  const transport = await dial(place);
  const sending = send(transport, wishes.echo);
  let count = 0;
  for await (const chunk of transport.incoming) {
    for (const byte of chunk) {
      if (byte !== byteAt(count)) throw new Error(`byte ${count.toString()} is another one`);
      count += 1;
    }
    if (count === echoed && !transport.halfClose) await transport.end();
  }
  await sending;
  if (count !== echoed) throw new Error(`${count.toString()} of ${echoed.toString()} bytes came back`);
  const fault = await transport.closed;
  if (fault !== undefined) throw fault;
}

async function text({ incoming }: Transport): Promise<string> {
  let all = '';
  for await (const chunk of incoming) all += new TextDecoder().decode(chunk);
  return all;
}

/** What the neighbour saw of a connection that ended this way. */
async function seen(meeting: Meeting, place: Place, leave: (transport: Transport) => Promise<void>): Promise<string> {
  const watched = await meeting.dial(place);
  await watched.write([Uint8Array.of(wishes.watch)]);
  const { done } = await watched.incoming[Symbol.asyncIterator]().next();
  if (done === true) throw new Error('the neighbour ended');
  await leave(watched);
  const asking = await meeting.dial(place);
  await asking.write([Uint8Array.of(wishes.ask)]);
  const answer = await text(asking);
  await asking[Symbol.asyncDispose]();
  await watched[Symbol.asyncDispose]();
  return answer;
}

async function ends(meeting: Meeting, place: Place): Promise<void> {
  const answer = await seen(meeting, place, (transport) => transport.end());
  if (answer !== 'end') throw new Error(`an end is seen as: ${answer}`);
}

async function aborts(meeting: Meeting, place: Place): Promise<void> {
  const answer = await seen(meeting, place, async (transport) => transport.abort(new Error('enough')));
  if (answer !== 'fault') throw new Error(`an abort is seen as: ${answer}`);
}

async function cuts({ dial }: Meeting, place: Place): Promise<void> {
  const transport = await dial(place);
  await transport.write([Uint8Array.of(wishes.cut)]);
  let outcome = 'end';
  try {
    for await (const chunk of transport.incoming) outcome = `${chunk.byteLength.toString()} bytes`;
  } catch (reason) {
    outcome = reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason);
  }
  await transport[Symbol.asyncDispose]();
  if (outcome !== 'reset') throw new Error(`a cut is seen as: ${outcome}`);
}

/** One thing that two do, and who has to be able to reset connections for it. */
interface Check {
  readonly run: (meeting: Meeting, place: Place) => Promise<void>;
  readonly resetBy?: 'dialer' | 'listener';
}

const checks: Readonly<Record<string, Check>> = {
  'echoes 4 MiB, and both ends end': { run: echoes },
  'sees an end as an end': { run: ends },
  'sees an abort': { run: aborts, resetBy: 'dialer' },
  'aborts, which is seen': { run: cuts, resetBy: 'listener' },
};

const cases: readonly MatrixCase<Meeting>[] = neighbours.flatMap(({ name, platform: theirs }) =>
  wiresOf(theirs).flatMap((wire) =>
    Object.entries(checks).map(([what, { run, resetBy }]) => ({
      name: `${name} over ${wire} ${what}`,
      about: name,
      absent: (ours: PlatformName) => {
        if (resetBy === undefined) return undefined;
        return lacks[resetBy === 'dialer' ? ours : theirs].reset;
      },
      run: (meeting: Meeting) => run(meeting, { name, wire }),
    })),
  ),
);

function dialOf(context: Context, wire: Wire): Dial {
  const { adapter } = context.platform;
  if (adapter === undefined) return throughProxy(context);
  const { ca, client } = context.task.certificates;
  if (wire === 'TCP') return adapter.dialer();
  return adapter.dialer({ tls: { ca, ...(wire === 'mutual TLS' ? client : {}) } });
}

/** Every dialer meets every listener. */
export const crossSuite: Suite = suite<Meeting>({
  id: 'cross',
  title: 'dials the others',
  cases,
  prepare(context) {
    const dial: Meeting['dial'] = async ({ name, wire }) => {
      const to: Endpoint | undefined = context.task.neighbours.find((each) => each.name === name)?.at[wire];
      if (to === undefined) throw new Error(`${name} does not listen over ${wire}`);
      return dialOf(context, wire)({ ...to, tls: wire !== 'TCP' });
    };
    return { state: { dial } };
  },
});
