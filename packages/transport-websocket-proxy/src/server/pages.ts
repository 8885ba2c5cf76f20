import type { IncomingMessage } from 'node:http';
import { refusal } from './answer.ts';
import type { Answer } from './answer.ts';
import { split } from './gate.ts';
import type { Gate, Waiting } from './gate.ts';
import type { Gauges, Metrics } from './metrics.ts';
import type { Settings } from './options.ts';
import type { RefusalName } from './refusals.ts';

/** What pages are made of. */
export interface PageParts {
  readonly settings: Settings;
  readonly gate: Gate;
  readonly metrics: Metrics;
  readonly gauges: () => Gauges;
}

/** An answer, and why, if it is a refusal. */
export interface Page extends Answer {
  readonly refused?: RefusalName | undefined;
}

/** Answers what is no WebSocket: health, metrics, and people who open the proxy's URL. Never rejects. */
export async function pageOf(request: IncomingMessage, parts: PageParts, patience: Waiting): Promise<Page> {
  const [path] = split(request.url ?? '');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusing('method-not-allowed');
  if (path === '/healthz') return health(parts.gate.draining);
  if (path === '/metrics' && parts.settings.metrics !== 'off') return metricsPage(request, parts, patience);
  return refusing(path === parts.settings.path ? 'upgrade-missing' : 'path-unknown');
}

/** 503 takes the proxy out of a load balancer while its connections finish. */
function health(draining: boolean): Page {
  return draining ? { status: 503, body: 'draining\n' } : { status: 200, body: 'ok\n' };
}

async function metricsPage(request: IncomingMessage, parts: PageParts, patience: Waiting): Promise<Page> {
  const { settings, gate, metrics, gauges } = parts;
  const user = settings.metrics === 'authenticated' ? await gate.authenticate(request, patience) : true;
  if (typeof user === 'string') return refusing(user);
  return { status: 200, body: metrics.print(gauges()), type: 'text/plain; version=0.0.4; charset=utf-8' };
}

function refusing(refused: RefusalName): Page {
  return { ...refusal({ refused }), refused };
}
