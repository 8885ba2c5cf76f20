/**
 * What a broker says about itself. One union, so that a listener can be written with a `switch`; no bodies, no secrets.
 * `level` says how loud it should be logged.
 */
export type BrokerEvent =
  | {
      readonly type: 'connection.opened';
      readonly level: 'debug';
      readonly server: ServerName;
      readonly client: string;
    }
  | {
      readonly type: 'connection.closed';
      readonly level: 'debug' | 'warn';
      readonly server: ServerName;
      readonly client: string;
      /** Why, unless the client said goodbye properly. */
      readonly cause?: Error | undefined;
    }
  | {
      /** More connections than allowed: this one was dropped. */
      readonly type: 'connection.refused';
      readonly level: 'warn';
      readonly server: ServerName;
      readonly client: string;
    }
  | {
      /** Answered with a code that is no result. Some are everyday life all the same, e.g. 17 for a topic yet to be made. */
      readonly type: 'request.refused';
      readonly level: 'debug';
      readonly command: string;
      readonly code: number;
      readonly remark: string | undefined;
      readonly client: string;
    }
  | {
      /** A handler threw what it should not: a bug here. The client got SYSTEM_ERROR. */
      readonly type: 'request.failed';
      readonly level: 'error';
      readonly command: string;
      readonly cause: unknown;
      readonly client: string;
    }
  | { readonly type: 'fault.injected'; readonly level: 'info'; readonly command: string; readonly client: string }
  | { readonly type: 'topic.created'; readonly level: 'info'; readonly topic: string; readonly queues: number }
  | { readonly type: 'topic.deleted'; readonly level: 'info'; readonly topic: string }
  | { readonly type: 'group.created'; readonly level: 'info'; readonly group: string }
  | {
      readonly type: 'consumers.changed';
      readonly level: 'info';
      readonly group: string;
      /** Client ids now in the group. */
      readonly members: readonly string[];
    }
  | {
      /** A delayed message could not be delivered: its topic is gone, or (then it is tried again) the store is full. */
      readonly type: 'delayed.undeliverable';
      readonly level: 'warn';
      readonly topic: string;
      readonly willRetry: boolean;
    };

/** Which of the two listeners. */
export type ServerName = 'name-server' | 'broker';
