import { encodeUtf8 } from '../bytes/utf8.ts';
import { type CommandDef, type CommandName, commands } from './commands.ts';
import { fieldPlan, type PlannedField } from './field-plan.ts';
import { jsonHead } from './header-json.ts';

/** What is the same in all requests of a command, worked out at the first one. */
export interface RequestPlan {
  readonly code: number;
  readonly hasHeader: boolean;
  readonly fields: readonly PlannedField[];
  /** A JSON header up to its code, and up to its ext fields. */
  readonly json: Uint8Array;
  readonly jsonWithFields: Uint8Array;
}

const plans = new Map<CommandName, RequestPlan>();

/** The plan of a command. */
export function requestPlan(name: CommandName): RequestPlan {
  let plan = plans.get(name);
  if (plan === undefined) {
    const { code, request }: CommandDef = commands[name];
    plan = {
      code,
      hasHeader: request !== undefined,
      fields: request === undefined ? [] : fieldPlan(request),
      json: encodeUtf8(`{"code":${code},`),
      jsonWithFields: encodeUtf8(jsonHead(code)),
    };
    plans.set(name, plan);
  }
  return plan;
}
