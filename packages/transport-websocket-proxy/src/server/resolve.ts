import { lookup } from 'node:dns/promises';

/** The addresses of a name, in the order to try them. Rejects, or gives none, when the name is unknown. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** As the operating system resolves names: DNS, /etc/hosts and what else it knows. */
export const systemResolve: Resolve = async (name) => {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
};
