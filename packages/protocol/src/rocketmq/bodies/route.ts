// Bodies that say where topics and brokers are.

import type { Body } from './types.ts';

/** How many queues of a topic one broker has. */
export type QueueData = Body<'QueueData'>;

/** The addresses of a broker by id; 0 is the master. */
export type BrokerData = Body<'BrokerData'>;

/** Response body of GET_ROUTEINFO_BY_TOPIC (105). Write it strict for clients of version 401 and later. */
export type TopicRouteData = Body<'TopicRouteData'>;

/** Response body of GET_BROKER_CLUSTER_INFO (106). Java never writes it strict. */
export type ClusterInfo = Body<'ClusterInfo'>;

/** Response body of GET_BROKER_MEMBER_GROUP (901). */
export type BrokerMemberGroupResponse = Body<'BrokerMemberGroupResponse'>;

/** Response body of 206, 224, 304, 305, 311–313 and 343. */
export type TopicList = Body<'TopicList'>;

/** Response body of GET_KVLIST_BY_NAMESPACE (219) and GET_BROKER_RUNTIME_INFO (28). */
export type KVTable = Body<'KVTable'>;
