import { type Browser, chromium } from 'playwright-core';
import { type Availability, notAvailable } from '../available.ts';
import { exists } from '../process/cached.ts';

/** Where Debian and others put it. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A page to open, and what it does. */
export interface PageOptions {
  /** Where it is served. Pages that dial 127.0.0.1 have to come from there: Chromium's rule for local networks. */
  readonly url: string;
  /** A global variable that the page sets at its end; its value is what comes back. */
  readonly result: string;
  /** A global function that the page may call, with what can be JSON. */
  readonly functions?: Readonly<Record<string, (value: never) => void>> | undefined;
  readonly timeoutMs?: number | undefined;
}

const defaultTimeoutMs = 60_000;

/** Looks for Chromium. Its `start` opens one page, in a browser of its own. */
export async function prepareBrowser(): Promise<Availability<PageOptions, unknown>> {
  for (const executablePath of places) {
    if (await exists(executablePath)) return { available: true, start: (options) => open(executablePath, options) };
  }
  return notAvailable('Chromium', `it is not at ${places.join(', ')}`);
}

async function open(executablePath: string, options: PageOptions): Promise<unknown> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    return await resultOf(browser, options);
  } finally {
    await browser.close();
  }
}

async function resultOf(browser: Browser, { url, result, functions, timeoutMs }: PageOptions): Promise<unknown> {
  const page = await browser.newPage();
  for (const [name, called] of Object.entries(functions ?? {})) await page.exposeFunction(name, called);
  // A page that cannot even load its modules would only be late.
  const failed = new Promise<never>((_, reject) => {
    page.on('pageerror', reject);
    page.on('crash', () => reject(new Error('the page crashed')));
  });
  failed.catch(() => undefined);
  await page.goto(url);
  const found = page.waitForFunction((name) => (globalThis as Record<string, unknown>)[name], result, {
    timeout: timeoutMs ?? defaultTimeoutMs,
  });
  return await (await Promise.race([found, failed])).jsonValue();
}
