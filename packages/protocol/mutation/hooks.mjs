/** Module hooks of a mutation run: TypeScript as Node wants it, and every load of the package a fresh one. */
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

/** By path: a sandbox does not change while it is in use. */
const transpiled = new Map();

/** What a module with a `load` in its URL imports of the package itself gets the same one. */
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const load = context.parentURL && new URL(context.parentURL).searchParams.get('load');
  if (!load || !resolved.url.startsWith('file:') || resolved.url.includes('/node_modules/')) return resolved;
  const url = new URL(resolved.url);
  url.searchParams.set('load', load);
  return { ...resolved, url: url.href };
}

/** Types go, nothing else changes. */
export async function load(url, context, next) {
  const { pathname, protocol } = new URL(url);
  if (protocol !== 'file:' || !pathname.endsWith('.ts')) return next(url, context);
  let source = transpiled.get(pathname);
  if (source === undefined) {
    const { code } = await transform(await readFile(new URL(url), 'utf8'), { loader: 'ts', target: 'es2022' });
    source = code;
    transpiled.set(pathname, source);
  }
  return { format: 'module', source, shortCircuit: true };
}
