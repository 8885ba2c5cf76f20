import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startBroker } from '@rmq/broker/rocketmq';
import { listen } from '@rmq/transport-node';
import { bearer, startProxy } from '@rmq/transport-websocket-proxy/server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Availability, notAvailable } from '../available.ts';
import { type Site, startSite } from './site.ts';

const executablePath = '/usr/bin/chromium';
const token = 'sesam';
const limitMs = 30_000;

/** The two pages of `examples/browser`, used as a person would. What they do wrong rejects. */
export interface ExamplePages extends AsyncDisposable {
  /** Connects through a proxy, sends 101 messages and waits until they have come back. */
  readonly throughProxy: (onUsed?: (page: Page) => Promise<void>) => Promise<void>;
  /** Connects with a wrong token. @returns what the page says of it */
  readonly withWrongToken: () => Promise<string>;
  /** Connects through a proxy that allows the name server, but not the broker. @returns what the page says of it */
  readonly withoutBroker: () => Promise<string>;
  /** Starts the broker in the page, has each of these numbers of messages produced, and waits until all are consumed. */
  readonly withBrokerInside: (numbers: readonly number[], onUsed?: (page: Page) => Promise<void>) => Promise<void>;
}

/** Opens a browser, and serves the pages as they have been built. */
export async function prepareExamplePages(): Promise<Availability<object, ExamplePages>> {
  try {
    await access(executablePath);
  } catch {
    return notAvailable('Chromium', `it is not at ${executablePath}`);
  }
  return {
    available: true,
    async start() {
      const [site, browser] = await Promise.all([
        startSite(),
        chromium.launch({ executablePath, args: ['--no-sandbox'] }),
      ]);
      return new Pages(site, browser);
    },
  };
}

interface Setting {
  /** Whether the proxy lets the page reach the broker, or the name server only. */
  readonly broker: boolean;
  readonly token: string;
}

class Pages implements ExamplePages {
  readonly #site: Site;
  readonly #browser: Browser;

  constructor(site: Site, browser: Browser) {
    this.#site = site;
    this.#browser = browser;
  }

  throughProxy(onUsed?: (page: Page) => Promise<void>): Promise<void> {
    return this.#proxied({ broker: true, token }, async (page) => {
      await page.getByText('connected', { exact: true }).waitFor();
      await page.click('#produce button[value="1"]');
      await counted(page, 'received', 1);
      await page.click('#produce button[value="100"]');
      await counted(page, 'received', 101);
      await onUsed?.(page);
      await page.click('#toggle');
      await page.getByText('not connected').waitFor();
    });
  }

  withWrongToken(): Promise<string> {
    return this.#proxied({ broker: true, token: 'wrong' }, problemOf);
  }

  withoutBroker(): Promise<string> {
    return this.#proxied({ broker: false, token }, problemOf);
  }

  withBrokerInside(numbers: readonly number[], onUsed?: (page: Page) => Promise<void>): Promise<void> {
    return this.#open('embedded.html', async (page) => {
      await page.click('#toggle');
      await page.getByText('running', { exact: true }).waitFor();
      let all = 0;
      for (const number of numbers) {
        all += number;
        await page.fill('input[name=count]', String(number));
        await page.click('#send:enabled');
        await counted(page, 'received', all);
      }
      await page.locator('#send:enabled').waitFor();
      await onUsed?.(page);
      await page.click('#toggle');
      await page.getByText('stopped', { exact: true }).waitFor();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#site[Symbol.asyncDispose]();
  }

  async #proxied<T>(setting: Setting, use: (page: Page) => Promise<T>): Promise<T> {
    const { origin } = this.#site;
    await using broker = await startBroker({ listen });
    const { host, port } = broker.nameServer;
    const allow = [`${host}:${port}`, ...(setting.broker ? [`${host}:${broker.endpoint.port}`] : [])];
    await using proxy = await startProxy({ allow, origins: [origin], authenticate: bearer(token) });
    const query = new URLSearchParams({ proxy: proxy.url, nameServer: `${host}:${port}` });
    return await this.#open(`?${query.toString()}`, async (page) => {
      await page.fill('input[name=token]', setting.token);
      await page.click('#toggle');
      return use(page);
    });
  }

  /** Uses one page, which may not throw, nor want what its policy forbids. */
  async #open<T>(path: string, use: (page: Page) => Promise<T>): Promise<T> {
    const page = await this.#browser.newPage({ viewport: { width: 1_080, height: 720 }, deviceScaleFactor: 1.5 });
    const failures: unknown[] = [];
    page.on('pageerror', (error) => failures.push(error));
    page.on('console', (line) => {
      // A WebSocket that was not accepted is an error in the console, whatever a page does about it.
      if (line.type() === 'error' && !line.text().startsWith('WebSocket')) failures.push(new Error(line.text()));
    });
    try {
      await page.goto(`${this.#site.origin}/${path}`);
      const result = await use(page);
      if (failures.length > 0) throw failures[0];
      return result;
    } catch (cause) {
      throw failures[0] ?? cause;
    } finally {
      await page.close();
    }
  }
}

async function problemOf(page: Page): Promise<string> {
  const problem = page.locator('#problem');
  await problem.waitFor({ timeout: limitMs });
  return (await problem.innerText()).replaceAll('\n', ' ');
}

/** Waits until the counter shows so many. Asked from here: the page's policy lets nobody evaluate anything. */
async function counted(page: Page, id: string, wanted: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const text = (await page.locator(`#${id}`).textContent()) ?? '';
    if (Number(text.replaceAll(',', '')) === wanted) return;
    if (Date.now() > deadline) throw new Error(`${id} is ${text} after 30 s, not ${wanted}`);
    await delay(100);
  }
}
