import { ProtocolError } from '@rmq/protocol';
import type { RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import type { DataVersion, SubscriptionGroupConfig } from '@rmq/protocol/rocketmq/bodies';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import { type Address, type CallOptions, type Remoting, replyError } from '../remoting.ts';

/** As many as a broker gives at once. */
const PAGE_GROUPS = 2_000;
/** No broker has more groups than this; a larger number is not worth the memory of believing it. */
const MAX_GROUPS = 2 ** 20;
/** Groups that change while they are read are read anew, so often. */
const MAX_ATTEMPTS = 8;

interface Page {
  readonly groups: readonly SubscriptionGroupConfig[];
  /** Names the state it is of; empty when the broker has no names for states. */
  readonly version: string;
  /** How many there are in all; undefined at a broker that knows no pages: then these are all. */
  readonly total: number | undefined;
}

/** Where a page is asked for. */
interface PageSource {
  readonly remoting: Remoting;
  readonly address: Address;
}

/**
 * All groups of one broker. Wire: GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201), page by page from release 5.5 on; older brokers
 * answer with all of them at once, whatever page is asked for.
 * @throws ReplyError; ProtocolError for a body that makes no sense
 */
export async function readGroups(
  source: PageSource,
  options?: CallOptions,
): Promise<readonly SubscriptionGroupConfig[]> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const groups = await readPages(source, options);
    if (groups !== undefined) return groups;
  }
  const often = `${MAX_ATTEMPTS.toString()} times`;
  throw new ProtocolError('body-malformed', `the groups of ${source.address} changed ${often} while they were read`);
}

/** Undefined when groups changed between two pages: then some may stand in none of them. */
async function readPages(
  source: PageSource,
  options: CallOptions | undefined,
): Promise<readonly SubscriptionGroupConfig[] | undefined> {
  const { version, total = 0, groups: first } = await readPage(source, { from: 0, version: '' }, options);
  const groups = [...first];
  while (groups.length < Math.min(total, MAX_GROUPS) && version !== '') {
    const next = await readPage(source, { from: groups.length, version }, options);
    if (next.version !== version) return undefined;
    if (next.groups.length === 0) break;
    groups.push(...next.groups);
  }
  return groups;
}

async function readPage(
  { remoting, address }: PageSource,
  { from, version }: { readonly from: number; readonly version: string },
  options: CallOptions | undefined,
): Promise<Page> {
  const fields = { groupSeq: from, maxGroupNum: PAGE_GROUPS, dataVersion: version };
  const request: Request<'getAllSubscriptiongroupConfig'> = { name: 'getAllSubscriptiongroupConfig', fields };
  const reply = await remoting.call(address, request, options);
  if (reply.code !== responseCodes.success) throw replyError(reply, address);
  const table = decodeBody('SubscriptionGroupTable', reply.body);
  return {
    groups: Object.values(table.subscriptionGroupTable),
    version: versionText(table.dataVersion),
    total: totalOf(reply),
  };
}

/** As a broker reads it back. */
function versionText(version: DataVersion | undefined): string {
  if (version === undefined) return '';
  const { counter, stateVersion, timestamp } = version;
  return `{"counter":${counter.toString()},"stateVersion":${stateVersion.toString()},"timestamp":${timestamp.toString()}}`;
}

/** Not by the response's table: there it must be present, and only some releases send it. */
function totalOf({ extFields }: RemotingCommand): number | undefined {
  const text = Object.hasOwn(extFields, 'totalGroupNum') ? (extFields['totalGroupNum'] ?? '') : '';
  return /^\d{1,10}$/u.test(text) ? Number(text) : undefined;
}
