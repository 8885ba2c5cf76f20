import { type AdminHost, Cluster } from './cluster.ts';
import { type GroupAdmin, groupAdmin } from './groups.ts';
import { type MessageAdmin, messageAdmin } from './messages.ts';
import { type OffsetAdmin, offsetAdmin } from './offsets.ts';
import { type TopicAdmin, topicAdmin } from './topics.ts';

/**
 * Looks at and changes a cluster. What is wrong with the arguments is a UsageError before anything is sent
 * (`value-out-of-range`, `name-invalid`). What a server refuses is a ReplyError, what cannot be read a ProtocolError.
 * Where several servers are asked, all of them are, and if some fail a PartialError tells which, and what the others
 * answered.
 */
export interface Admin extends TopicAdmin, GroupAdmin, OffsetAdmin, MessageAdmin {}

/** The administration of the cluster that a client is connected to. */
export function createAdmin(host: AdminHost): Admin {
  const cluster = new Cluster(host);
  return Object.freeze({
    ...topicAdmin(cluster),
    ...groupAdmin(cluster),
    ...offsetAdmin(cluster),
    ...messageAdmin(cluster),
  });
}
