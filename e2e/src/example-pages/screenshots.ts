/**
 * Takes the pictures of `docs/images`, of the example pages in use. Fails if a page does not do what its picture is to
 * show. After a build: `npm run pnpm -- --filter @rmq/e2e run screenshots`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { inPackage } from '../paths.ts';
import { prepareExamplePages } from './example-pages.ts';
import { withPalette } from './png.ts';

const images = inPackage('../docs/images');

const keep =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await delay(500); // tables and charts follow what is counted
    await writeFile(`${images}/${name}.png`, withPalette(await page.screenshot({ fullPage: true })));
  };

await mkdir(images, { recursive: true });
const prepared = await prepareExamplePages();
if (!prepared.available) throw new Error(`${prepared.what}: ${prepared.why}`);
await using pages = await prepared.start({});
await pages.throughProxy(keep('browser-proxy'));
await pages.withBrokerInside([20_000, 60_000, 40_000], keep('browser-embedded'));
