/**
 * Takes the pictures of `docs/images`: opens the built example pages in Chromium and uses them, the first one through a
 * proxy with a RocketMQ behind it. Fails if a page does not do what its picture is to show. After a build:
 * `npm run pnpm -- --filter @rmq/e2e run screenshots`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startBroker } from '@rmq/broker/rocketmq';
import { listen } from '@rmq/transport-node';
import { bearer, startProxy } from '@rmq/transport-websocket-proxy/server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inPackage } from '../paths.ts';
import { withPalette } from './png.ts';
import { type Site, startSite } from './site.ts';

const images = inPackage('../docs/images');
const token = 'sesam';

async function open(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1_080, height: 720 }, deviceScaleFactor: 1.5 });
  page.on('pageerror', (error) => {
    throw error;
  });
  page.on('console', (line) => {
    if (line.type() === 'error') throw new Error(line.text());
  });
  await page.goto(address);
  return page;
}

/** Waits until the counter shows at least so many. Asked from here: the page's policy lets nobody evaluate anything. */
async function counted(page: Page, id: string, least: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const text = (await page.locator(`#${id}`).textContent()) ?? '';
    if (Number(text.replaceAll(',', '')) >= least) return;
    if (Date.now() > deadline) throw new Error(`${id} is ${text} after 30 s, not ${least}`);
    await delay(100);
  }
}

async function keep(page: Page, name: string): Promise<void> {
  await writeFile(`${images}/${name}.png`, withPalette(await page.screenshot({ fullPage: true })));
}

async function proxied(browser: Browser, { origin }: Site): Promise<void> {
  await using broker = await startBroker({ listen });
  await using proxy = await startProxy({ allow: ['127.0.0.1:*'], origins: [origin], authenticate: bearer(token) });
  const { host, port } = broker.nameServer;
  const query = new URLSearchParams({ proxy: proxy.url, nameServer: `${host}:${port}` });
  const page = await open(browser, `${origin}/?${query.toString()}`);
  await page.fill('input[name=token]', token);
  await page.click('#toggle');
  await page.getByText('connected', { exact: true }).waitFor();
  await page.click('#produce button[value="1"]');
  await counted(page, 'received', 1);
  await page.click('#produce button[value="100"]');
  await counted(page, 'received', 101);
  await delay(500); // the table of servers follows
  await keep(page, 'browser-proxy');
  await page.click('#toggle');
  await page.getByText('not connected').waitFor();
}

async function embedded(browser: Browser, { origin }: Site): Promise<void> {
  const page = await open(browser, `${origin}/embedded.html`);
  await page.click('#toggle');
  await page.getByText('running', { exact: true }).waitFor();
  for (const [round, wanted] of [20_000, 60_000, 40_000].entries()) {
    await page.fill('input[name=count]', String(wanted));
    await page.click('#send');
    await counted(page, 'received', [20_000, 80_000, 120_000][round] ?? 0);
  }
  await page.getByText('produced', { exact: true }).nth(3).waitFor();
  await keep(page, 'browser-embedded');
}

await mkdir(images, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  await using site = await startSite();
  await proxied(browser, site);
  await embedded(browser, site);
} finally {
  await browser.close();
}
