import { inPackage } from '../../src/paths.ts';
import { prepareRuntime } from '../../src/runtimes/runtime.ts';
import { describeWith } from '../support/describe-with.ts';

for (const name of ['Node 22', 'Node 24', 'Node 26'] as const) {
  await describeWith(name, { runtime: prepareRuntime(name) }, ({ runtime }) => {
    it('passes all tests of @rmq/protocol', async () => {
      const jest = inPackage('../node_modules/jest/bin/jest.js');
      const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, '--json', '--silent'];
      const { code, lines } = await runtime.start({ args, cwd: inPackage('../packages/protocol') });
      const { numFailedTests, numPassedTests } = JSON.parse(lines.at(-1) ?? '{}') as Readonly<Record<string, number>>;
      expect({ code, numFailedTests }).toEqual({ code: 0, numFailedTests: 0 });
      expect(numPassedTests).toBeGreaterThan(0);
    });
  });
}
