import { createRequire } from 'node:module';
import { aliHeader, request } from './frames.ts';
import { type Inputs, inTurn, read } from './ours.ts';

/** What is used of ali-ons' codec, which has no entry point and no types. */
interface Command {
  body: Uint8Array | null;
  readonly extFields: Readonly<Record<string, unknown>>;
  encode(): Uint8Array;
}
interface Commands {
  createRequestCommand(code: number, header: object): Command;
  decode(packet: Uint8Array): Command;
}
interface Message {
  readonly body: Uint8Array;
  readonly properties: Readonly<Record<string, unknown>>;
}

const SEND_MESSAGE_V2 = 310;
const inAliOns = createRequire(createRequire(import.meta.url).resolve('ali-ons'));
const commands = inAliOns('./protocol/command/remoting_command') as Commands;
const decoder = inAliOns('./message/message_decoder') as { decodes(from: unknown): readonly Message[] };
const buffers = inAliOns('byte') as { wrap(bytes: Uint8Array): unknown };

/** ali-ons' codec at work. */
export function ali({ json, pull }: Pick<Inputs, 'json' | 'pull'>) {
  const body = Buffer.from(request.body ?? []);
  const [next, messages] = [inTurn(json.map((frame) => Buffer.from(frame))), Buffer.from(pull)];
  return {
    encode: () => {
      const command = commands.createRequestCommand(SEND_MESSAGE_V2, aliHeader);
      command.body = body;
      return command.encode();
    },
    decode: () => read(commands.decode(next()).extFields),
    messages: () => {
      let total = 0;
      for (const message of decoder.decodes(buffers.wrap(messages)))
        total += message.body.length + read(message.properties);
      return total;
    },
  };
}
