/** The fields of both benchmark commands. */
export interface AmqpCommand {
  readonly host: string;
  readonly port: number;
  /** There already; published to by its name. */
  readonly queue: string;
  readonly messages: number;
  readonly warmUp: number;
  readonly bodyBytes: number;
  /** Publishes that wait for their confirm, or the prefetch. */
  readonly inFlight: number;
}

/** As clients take it. */
export function urlOf({ host, port }: AmqpCommand): string {
  return `amqp://guest:guest@${host}:${port.toString()}`;
}

/** As many loops as publishes are in flight: each publishes when its last one was confirmed, until none is left. */
export async function publishAll(command: AmqpCommand, publish: () => Promise<unknown>): Promise<void> {
  let left = command.messages + command.warmUp;
  const publishOn = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await publish();
    }
  };
  await Promise.all(Array.from({ length: command.inFlight }, publishOn));
}
