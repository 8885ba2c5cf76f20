/** websockify's fork, which is a function rather than a program: `websockify-fork.js SOURCE TARGET`. */
import { createRequire } from 'node:module';

const websockify = createRequire(import.meta.url)('@maximegris/node-websockify') as (options: {
  readonly source: string;
  readonly target: string;
}) => void;

const [source = '', target = ''] = process.argv.slice(2);
websockify({ source, target });
