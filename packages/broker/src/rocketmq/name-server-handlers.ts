import type { Handlers } from './call.ts';
import { addWritePermOfBroker } from './handlers/add-write-perm-of-broker.ts';
import { deleteKvConfig } from './handlers/delete-kv-config.ts';
import { deleteTopicInNamesrv } from './handlers/delete-topic-in-namesrv.ts';
import { getAllTopicListFromNameserver } from './handlers/get-all-topic-list-from-nameserver.ts';
import { getBrokerClusterInfo } from './handlers/get-broker-cluster-info.ts';
import { getKvConfig } from './handlers/get-kv-config.ts';
import { getKvlistByNamespace } from './handlers/get-kvlist-by-namespace.ts';
import { getRouteinfoByTopic } from './handlers/get-routeinfo-by-topic.ts';
import { getSystemTopicListFromNs } from './handlers/get-system-topic-list-from-ns.ts';
import { getTopicsByCluster } from './handlers/get-topics-by-cluster.ts';
import { putKvConfig } from './handlers/put-kv-config.ts';
import { registerTopicInNamesrv } from './handlers/register-topic-in-namesrv.ts';
import { wipeWritePermOfBroker } from './handlers/wipe-write-perm-of-broker.ts';

/** What the name server serves: one file each in `handlers/`. */
export const nameServerHandlers: Handlers = {
  addWritePermOfBroker,
  deleteKvConfig,
  deleteTopicInNamesrv,
  getAllTopicListFromNameserver,
  getBrokerClusterInfo,
  getKvConfig,
  getKvlistByNamespace,
  getRouteinfoByTopic,
  getSystemTopicListFromNs,
  getTopicsByCluster,
  putKvConfig,
  registerTopicInNamesrv,
  wipeWritePermOfBroker,
};
