import { isOneway, type RemotingCommand, response, responseCodes } from '@rmq/protocol/rocketmq';
import type { RocketmqEvent } from './events.ts';
import type { Address } from './remoting.ts';

/** More requests of one server than this at a time are answered with SYSTEM_BUSY: handlers cost memory. */
const MAX_RUNNING = 1_024;

/** What {@link ServerRequests} needs of its connection. */
export interface ServerRequestsHooks {
  readonly emit: (event: RocketmqEvent) => void;
  /** The client's answer: undefined if nobody here answers such a request. */
  readonly onRequest: (command: RemotingCommand, from: Address) => Promise<RemotingCommand | undefined> | undefined;
}

/**
 * Answers what a server asks. There is an answer to everything but a oneway: a server that waits for none would take the
 * client for dead.
 */
export class ServerRequests {
  readonly #from: Address;
  readonly #hooks: ServerRequestsHooks;
  #running = 0;

  constructor(from: Address, hooks: ServerRequestsHooks) {
    this.#from = from;
    this.#hooks = hooks;
  }

  /**
   * Has a request handled and its answer sent. Never rejects.
   * @param send - sends an answer; may throw
   */
  async receive(command: RemotingCommand, send: (answer: RemotingCommand) => void): Promise<void> {
    const { answer, cause } = await this.#handle(command);
    let failure = cause;
    let answered: number | undefined;
    if (!isOneway(command)) {
      try {
        send(answer);
        answered = answer.code;
      } catch (thrown) {
        failure = thrown; // an answer that cannot be written, or no connection any more
      }
    }
    const { code } = command;
    const event = { type: 'server.request', level: 'debug', address: this.#from, code, answer: answered } as const;
    this.#hooks.emit({ ...event, cause: failure });
  }

  /** Code 3 if nobody here knows the request, code 1 if whoever does failed, code 2 if there are too many. */
  async #handle(command: RemotingCommand): Promise<{ readonly answer: RemotingCommand; readonly cause?: unknown }> {
    if (this.#running >= MAX_RUNNING) {
      const remark = `this client answers ${MAX_RUNNING.toString()} requests at a time`;
      return { answer: response(command, { code: responseCodes.systemBusy, remark }) };
    }
    this.#running += 1;
    try {
      const answer = await this.#hooks.onRequest(command, this.#from);
      const remark = ` request type ${command.code.toString()} not supported`;
      return { answer: answer ?? response(command, { code: responseCodes.requestCodeNotSupported, remark }) };
    } catch (cause) {
      const remark = cause instanceof Error ? cause.message : String(cause);
      return { answer: response(command, { code: responseCodes.systemError, remark }), cause };
    } finally {
      this.#running -= 1;
    }
  }
}
