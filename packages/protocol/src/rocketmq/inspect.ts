import { commandName, commands, type CommandDef, type CommandName } from './commands.ts';
import { fieldPlan } from './field-plan.ts';
import { extField, isResponse, type RemotingCommand } from './remoting-command.ts';
import { responseCodes } from './response-codes.ts';

/** Fields that hold a group, whichever a command has. */
const GROUPS = ['consumerGroup', 'producerGroup', 'group', 'groupName'];

/** Whether a frame is an answer that says yes. Pulls and pops have more than one good answer: those have codes. */
export function isSuccess(command: Pick<RemotingCommand, 'code' | 'flag'>): boolean {
  return isResponse(command) && command.code === responseCodes.success;
}

/** Which request a frame is; undefined for an answer and for a code that the table lacks. */
export function requestName(command: Pick<RemotingCommand, 'code' | 'flag'>): CommandName | undefined {
  return isResponse(command) ? undefined : commandName(command.code);
}

/** The topic of a request, whatever its field is called on the wire; undefined if it has none. */
export function topicOf(command: RemotingCommand): string | undefined {
  return fieldOf(command, ['topic']);
}

/** The group of a request, of consumers or producers; undefined if it has none. */
export function groupOf(command: RemotingCommand): string | undefined {
  return fieldOf(command, GROUPS);
}

function fieldOf(command: RemotingCommand, names: readonly string[]): string | undefined {
  const name = requestName(command);
  if (name === undefined) return undefined;
  const { request }: CommandDef = commands[name];
  const field = fieldPlan(request).find((each) => names.includes(each.name));
  return field === undefined ? undefined : extField(command.extFields, field.wireName);
}
