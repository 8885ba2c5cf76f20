/** What is used of ali-ons, which comes without types. */
declare module 'ali-ons' {
  export class Message {
    readonly topic: string;
    constructor(topic: string, tags: string, body: string | Uint8Array);
  }

  export class Producer {
    constructor(options: {
      readonly nameSrv: readonly string[];
      readonly httpclient: object;
      readonly producerGroup: string;
      readonly logger: object;
    });
    ready(): Promise<void>;
    send(message: Message): Promise<{ readonly sendStatus: string }>;
    close(): Promise<void>;
  }

  export class Consumer {
    constructor(options: {
      readonly nameSrv: readonly string[];
      readonly httpclient: object;
      readonly consumerGroup: string;
      readonly parallelConsumeLimit: number;
      readonly consumeFromWhere: string;
      readonly logger: object;
    });
    subscribe(topic: string, tags: string, handle: (message: unknown) => Promise<void>): void;
    on(event: 'error', listen: (cause: Error) => void): void;
    close(): Promise<void>;
  }
}
