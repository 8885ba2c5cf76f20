import type { Ability, PlatformName } from './column.ts';
import { lacks } from './column.ts';
import type { Platform } from './platform.ts';
import type { Task } from './task.ts';

/** What a suite is run with. */
export interface Context {
  readonly platform: Platform;
  readonly task: Task;
}

/** One case, known by its name before anything runs. */
export interface MatrixCase<State> {
  readonly name: string;
  /** Why a platform cannot run it; undefined where it can. */
  readonly absent?: ((platform: PlatformName) => string | undefined) | undefined;
  /** Of the second table: the column it is about. */
  readonly about?: string | undefined;
  readonly run: (state: State) => Promise<void>;
}

/** A row of the table. */
export interface Suite {
  /** For the command line. */
  readonly id: string;
  /** As it is printed. */
  readonly title: string;
  /** Foreign programs it needs, by their names in `surroundings`. */
  readonly needs: readonly Peer[];
  readonly cases: readonly Omit<MatrixCase<never>, 'run'>[];
  /** Starts all cases at once, with those of other such suites: most of each is waiting. */
  readonly sideBySide: boolean;
  /** Prepares, and gives what runs a case by its place in `cases`. */
  readonly open: (context: Context) => Promise<Opened>;
}

/** A suite that is prepared. */
export interface Opened {
  readonly run: (index: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What a suite may need and a machine may lack. */
export type Peer = 'rocketmq' | 'rabbitmq';

/** What its cases share, and how that is released. */
interface Shared<State> {
  readonly state: State;
  readonly close?: (() => Promise<void>) | undefined;
}

/** A suite as it is written. */
interface Definition<State> extends Pick<Suite, 'id' | 'title'> {
  readonly needs?: readonly Peer[] | undefined;
  /** Without these on a platform, no case of it can run there. */
  readonly abilities?: readonly Ability[] | undefined;
  readonly sideBySide?: boolean | undefined;
  readonly cases: readonly MatrixCase<State>[];
  readonly prepare: (context: Context) => Promise<Shared<State>> | Shared<State>;
}

/** Makes a suite, which hides what its cases share. */
export function suite<State>(definition: Definition<State>): Suite {
  const { id, title, needs = [], abilities = [], sideBySide = false, cases, prepare } = definition;
  const lacking = (platform: PlatformName): string | undefined =>
    abilities.map((ability) => lacks[platform][ability]).find((why) => why !== undefined);
  return {
    id,
    title,
    needs,
    sideBySide,
    cases: cases.map(({ name, about, absent }) => ({
      name,
      about,
      absent: (platform) => lacking(platform) ?? absent?.(platform),
    })),
    async open(context) {
      const { state, close } = await prepare(context);
      return {
        run: async (index) => cases[index]?.run(state),
        close: async () => close?.(),
      };
    },
  };
}
