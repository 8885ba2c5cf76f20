import type { RuntimeName } from '../runtimes/runtime.ts';

/** What a program can be run by: the same everywhere but for its adapter. */
export type PlatformName = 'node' | 'bun' | 'deno' | 'page';

/** What a suite may ask for, and a platform may lack. */
export type Ability =
  /** TCP of its own, to dial and to listen. */
  | 'sockets'
  /** RST, so that an abort is told from an end. */
  | 'reset'
  /** Telling what the process holds. */
  | 'held';

/** What a column runs on; Chromium is the one that is no runtime of programs. */
export type ColumnName = RuntimeName | 'Chromium';

/** A column of the table. */
export interface Column<Name extends ColumnName = ColumnName> {
  /** As it is printed, and named on the command line. */
  readonly name: Name;
  readonly platform: PlatformName;
}

/** The columns, in the order they are run and printed. */
export const columns: readonly Column[] = [
  { name: 'Node 20', platform: 'node' },
  { name: 'Node 22', platform: 'node' },
  { name: 'Node 24', platform: 'node' },
  { name: 'Node 26', platform: 'node' },
  { name: 'Bun', platform: 'bun' },
  { name: 'Deno', platform: 'deno' },
  { name: 'Chromium', platform: 'page' },
];

/** Those that others dial: one for each adapter that can listen. */
export const neighbours: readonly Column<RuntimeName>[] = [
  { name: 'Node 24', platform: 'node' },
  { name: 'Bun', platform: 'bun' },
  { name: 'Deno', platform: 'deno' },
];

/** How a listener can be dialed. */
export type Wire = 'TCP' | 'TLS' | 'TLS 1.2' | 'mutual TLS';

/** What a platform cannot do, and why: the foot-notes of the table. */
export const lacks: Readonly<Record<PlatformName, Readonly<Partial<Record<Ability, string>>>>> = {
  node: {},
  bun: {},
  deno: { reset: 'Deno cannot send RST: an abort reaches the peer as an end' },
  page: {
    sockets: 'a page has no sockets: it dials through the proxy, and cannot listen',
    held: 'a page cannot tell what it holds',
  },
};

/** In which ways a platform can listen. */
export function wiresOf(platform: PlatformName): readonly Wire[] {
  return lacks[platform].sockets === undefined ? ['TCP', 'TLS', 'TLS 1.2', 'mutual TLS'] : [];
}
