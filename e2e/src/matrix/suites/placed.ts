import type { Dial, Listen } from '@rmq/transport';
import { memoryNetwork } from '@rmq/transport';
import type { Platform } from '../platform.ts';
import { type Context, type Suite, suite } from '../suite.ts';

/** Scenarios of a client, and where its server is. */
interface Placed<Where> extends Pick<Suite, 'id' | 'title'> {
  readonly needs?: Suite['needs'];
  readonly sideBySide?: boolean;
  readonly scenarios: readonly {
    readonly name: string;
    readonly run: (around: Where & { readonly unique: (name: string) => string }) => Promise<void>;
  }[];
  readonly find: (context: Context) => Promise<Found<Where>> | Found<Where>;
}

/** Where a server is, and how to end it if it was started for the suite. */
export type Found<Where> = Where & { readonly close?: () => Promise<void> };

/** A suite of scenarios that share one server. */
export function placed<Where>({ scenarios, find, ...rest }: Placed<Where>): Suite {
  return suite<Where>({
    ...rest,
    cases: scenarios.map(({ name, run }) => ({ name, run: (where) => run({ ...where, unique: unique() }) })),
    async prepare(context) {
      const found = await find(context);
      return { state: found, close: found.close };
    },
  });
}

/** How a server and its client meet in one process: over sockets, in a page over memory. */
export function ownNetwork({ adapter }: Platform): { readonly dial: Dial; readonly listen: Listen } {
  return adapter === undefined ? memoryNetwork() : { dial: adapter.dialer(), listen: adapter.listener() };
}

/** Makes names that nobody else uses: not another case, not another runtime on the same broker. */
function unique(): (name: string) => string {
  const id = crypto.randomUUID().slice(0, 8);
  return (name) => `${name}-${id}`;
}
