import { UsageError } from '../../errors.ts';
import { commands, type CommandDef } from '../commands.ts';
import { fieldPlan, textOrAbsent } from '../field-plan.ts';
import { MAX_BINARY_CODE } from '../header-binary.ts';
import { checkGroup, checkTopic, isDlqTopic, isRetryTopic } from '../names.ts';
import type { SerializeType } from '../remoting-command.ts';
import type { Request } from '../request.ts';

/** Fields whose text is a name that a broker refuses when it is wrong, and who checks it. */
const NAMES: Readonly<Record<string, (name: string) => unknown>> = {
  topic: checkTopic,
  consumerGroup: checkGroup,
  producerGroup: checkGroup,
};

/**
 * Everything that is wrong with a request, where encoding it would stop at the first: `field-missing`, `field-unknown`,
 * `value-out-of-range`, `name-invalid`, `code-too-large`. Empty when it can be sent.
 */
export function requestProblems(request: Request, serializeType: SerializeType = 'json'): readonly UsageError[] {
  const { request: header, code }: CommandDef = commands[request.name];
  const fields: Readonly<Record<string, unknown>> = request.fields;
  const plan = fieldPlan(header);
  const unknown = Object.keys(fields).filter((name) => !plan.some((field) => field.name === name));
  return [
    ...unknown.map((name) => new UsageError('field-unknown', `${request.name} has no field ${name}`)),
    ...plan.flatMap((field) => {
      const problem = problemOf(() => textOrAbsent(field, fields[field.name], request.name));
      return problem ?? nameProblem(field.name, fields[field.name]);
    }),
    ...(serializeType === 'rocketmq' && code > MAX_BINARY_CODE
      ? [new UsageError('code-too-large', `${request.name} has the code ${code}: send it with serializeType json`)]
      : []),
  ];
}

function nameProblem(field: string, value: unknown): readonly UsageError[] {
  const check = Object.hasOwn(NAMES, field) ? NAMES[field] : undefined;
  if (check === undefined || typeof value !== 'string') return [];
  // Topics that are made of others may be longer, and `+` is in some.
  if (isRetryTopic(value) || isDlqTopic(value)) return [];
  return problemOf(() => check(value)) ?? [];
}

/** What a check throws, as a list; undefined when it throws nothing. */
function problemOf(check: () => unknown): readonly UsageError[] | undefined {
  try {
    check();
    return undefined;
  } catch (cause) {
    if (cause instanceof UsageError) return [cause];
    throw cause;
  }
}
