import { type Browser, chromium } from 'playwright-core';
import { type Availability, notAvailable } from '../available.ts';
import { exists } from '../process/cached.ts';
import { inPackage } from '../paths.ts';

/** Where Debian and others put it. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Nothing listens there: the files come from this repository. */
const ORIGIN = 'http://repository.test';

/** A page to open: its path from the repository's root, and what to wait for in it. */
export interface PageOptions {
  readonly path: string;
  /** A global variable that the page sets at its end; its value is what comes back. */
  readonly result: string;
  readonly timeoutMs?: number | undefined;
}

const defaultTimeoutMs = 60_000;

/** Looks for Chromium. Its `start` opens one page with the repository's files around it. */
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

async function resultOf(browser: Browser, { path, result, timeoutMs }: PageOptions): Promise<unknown> {
  const page = await browser.newPage();
  const failures: Error[] = [];
  page.on('pageerror', (failure) => failures.push(failure));
  await page.route(`${ORIGIN}/**`, (route) =>
    route.fulfill({ path: inPackage(`..${new URL(route.request().url()).pathname}`) }),
  );
  await page.goto(`${ORIGIN}/${path}`);
  try {
    const found = await page.waitForFunction((name) => (globalThis as Record<string, unknown>)[name], result, {
      timeout: timeoutMs ?? defaultTimeoutMs,
    });
    return await found.jsonValue();
  } catch (cause) {
    throw failures[0] ?? cause;
  }
}
