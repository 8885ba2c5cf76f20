import type { Handler } from '../call.ts';
import { overloaded } from '../refusal.ts';

/** CLONE_GROUP_OFFSET (314): lets a group go on where another one is. */
export const cloneGroupOffset: Handler<'cloneGroupOffset'> = ({ broker, fields }) => {
  const { srcGroup, destGroup, topic = '' } = fields;
  const topics = topic === '' ? broker.offsets.topicsOf(srcGroup) : [topic];
  const fits = topics.every((each) => broker.offsets.copy(srcGroup, destGroup, each));
  if (!fits) throw overloaded('too many offsets');
  return {};
};
