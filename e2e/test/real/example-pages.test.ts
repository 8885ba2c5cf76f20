import { type ExamplePages, prepareExamplePages } from '../../src/example-pages/example-pages.ts';
import { describeWith } from '../support/describe-with.ts';

await describeWith('The example pages in Chromium', { prepared: prepareExamplePages() }, ({ prepared }) => {
  let pages: ExamplePages;

  beforeAll(async () => {
    pages = await prepared.start({});
  });
  afterAll(() => pages[Symbol.asyncDispose]());

  test('one produces and consumes through the proxy', () => pages.throughProxy());

  test('one runs a broker inside the page', () => pages.withBrokerInside([5_000]));

  test('a wrong token is told as what a browser can know of it', async () => {
    expect(await pages.withWrongToken()).toMatch(/^connect-failed .*check its URL, the token, and .* origin/);
  });

  test('a broker that the proxy does not allow is named', async () => {
    expect(await pages.withoutBroker()).toMatch(/^connect-failed .*does not allow this target.*4403/);
  });
});
