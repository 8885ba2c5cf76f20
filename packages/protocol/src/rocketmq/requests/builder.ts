import type { CommandName, RequestFields } from '../commands.ts';
import { type ExtFields, setField } from '../remoting-command.ts';
import type { Request } from '../request.ts';
import type { RequestTemplate } from '../request-template.ts';
import { requestProblems } from './problems.ts';

/**
 * Puts a request together step by step, for any command of the table:
 * `buildRequest('getMaxOffset').field('topic', 'orders').field('queueId', 0).build()`.
 *
 * Each step is a new builder: one that is half done can be kept and ended in several ways.
 */
export interface RequestBuilder<N extends CommandName> {
  /** Sets a field of the header. */
  readonly field: <F extends keyof RequestFields<N>>(name: F, value: RequestFields<N>[F]) => RequestBuilder<N>;
  /** Sets several. */
  readonly fields: (fields: Partial<RequestFields<N>>) => RequestBuilder<N>;
  /** Sets an ext field that belongs to no header. */
  readonly extra: (name: string, text: string) => RequestBuilder<N>;
  readonly remark: (text: string) => RequestBuilder<N>;
  readonly template: (template: RequestTemplate<N>) => RequestBuilder<N>;
  /** Sets the body, for instance what `encodeBody` gives. */
  readonly body: (bytes: Uint8Array) => RequestBuilder<N>;
  /** The request. @throws UsageError the first of {@link requestProblems}, telling how many more there are */
  readonly build: () => Request<N>;
}

/** Begins a request. */
export function buildRequest<N extends CommandName>(name: N): RequestBuilder<N> {
  return builder({ name, fields: {} });
}

/** A request whose fields are not all there yet. */
interface Draft<N extends CommandName> extends Omit<Request<N>, 'fields'> {
  readonly fields: Partial<RequestFields<N>>;
}

function builder<N extends CommandName>(draft: Draft<N>): RequestBuilder<N> {
  const fields = (more: Partial<RequestFields<N>>): RequestBuilder<N> =>
    builder({ ...draft, fields: { ...draft.fields, ...more } });
  return {
    field: (name, value) => builder({ ...draft, fields: { ...draft.fields, [name]: value } }),
    fields,
    extra: (name, text) => builder({ ...draft, extra: withField(draft.extra, name, text) }),
    remark: (remark) => builder({ ...draft, remark }),
    template: (template) => builder({ ...draft, template }),
    body: (body) => builder({ ...draft, body }),
    build: () => complete(draft),
  };
}

function complete<N extends CommandName>(draft: Draft<N>): Request<N> {
  const request = draft as Request<N>;
  const [problem, ...more] = requestProblems(request);
  if (problem === undefined) return request;
  if (more.length > 0) problem.message += `; and ${more.length} more: ${more.map(({ message }) => message).join('; ')}`;
  throw problem;
}

function withField(fields: ExtFields | undefined, name: string, text: string): ExtFields {
  const all: Record<string, string> = { ...fields };
  setField(all, name, text);
  return all;
}
