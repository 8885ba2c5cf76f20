import { aclFields } from './acl.ts';
import { commandName } from './commands.ts';
import { isOneway, isResponse, type RemotingCommand } from './remoting-command.ts';
import { responseCodeName } from './response-codes.ts';

/** Ext fields that a log must not hold. */
const SECRET: readonly string[] = /* @__PURE__ */ Object.values(aclFields);
/** Longer texts are cut: properties can have 32 KiB. */
const MAX_TEXT = 120;
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** A frame as one line for a log: never a body, a signature or a key. */
export function summarize(command: RemotingCommand): string {
  const { code, opaque, remark, extFields, body } = command;
  const kind = isResponse(command) ? 'response' : isOneway(command) ? 'oneway' : 'request';
  const name = (isResponse(command) ? responseCodeName(code) : commandName(code)) ?? 'unknown';
  const fields = Object.entries(extFields).map(
    ([key, text]) => `${cut(key)}=${SECRET.includes(key) ? '***' : cut(text)}`,
  );
  const words = remark === undefined ? [] : [`remark=${cut(remark)}`];
  return [`${kind} ${name}(${code}) #${opaque}`, ...fields, ...words, `${body.length} B`].join(' ');
}

/** Cut, and without what would break the line or a terminal. */
function cut(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return short.replace(CONTROL, ' ');
}
