import { byId, made } from './dom.ts';

/** Tells the user what went wrong; without an error, that nothing did. */
export function showProblem(error?: unknown): void {
  const place = byId('problem', HTMLElement);
  place.hidden = error === undefined;
  if (error === undefined) return;
  const texts = messagesOf(error).map((text) => made('p', '', text));
  place.replaceChildren(made('h2', '', titleOf(error)), ...texts);
}

/** The innermost code: "connect-failed" of the proxy says more than "no name server". */
function titleOf(error: unknown): string {
  const codes = causesOf(error).map((one) => (one instanceof Error && 'code' in one ? String(one.code) : ''));
  return codes.findLast((code) => code !== '') ?? 'Something went wrong';
}

/** What each error of the chain adds to the one around it. */
function messagesOf(error: unknown): string[] {
  const texts: string[] = [];
  for (const one of causesOf(error)) {
    const text = one instanceof Error ? one.message : String(one);
    if (text !== '' && !texts.some((known) => known.includes(text))) texts.push(text);
  }
  return texts;
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let one: unknown = error; one !== undefined && causes.length < 10;) {
    causes.push(one);
    one = one instanceof Error ? one.cause : undefined;
  }
  return causes;
}
