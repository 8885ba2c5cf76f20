import type { Verdict } from '../../src/laws/law.ts';
import { rocketmqLaws } from '../../src/laws/rocketmq.ts';
import { prepareBrowser } from '../../src/runtimes/browser.ts';
import { describeWith } from '../support/describe-with.ts';

await describeWith('in Chromium, the built codec keeps its laws', { browser: prepareBrowser() }, ({ browser }) => {
  let verdicts: readonly Verdict[];

  beforeAll(async () => {
    verdicts = (await browser.start({ path: 'e2e/pages/laws.html', result: 'verdicts' })) as readonly Verdict[];
  });

  it.each(rocketmqLaws)('$name', ({ name: law }) => {
    const verdict = verdicts.find((each) => each.name === law);
    expect(verdict?.failure).toBeUndefined();
    expect(verdict?.cases).toBeGreaterThan(0);
  });
});
