/** Something that has a name and can be run. */
interface Named {
  readonly name: string;
}

/** Declares a test per scenario. */
type Declare = <Scenario extends Named>(
  scenarios: readonly Scenario[],
  run: (scenario: Scenario) => Promise<void>,
) => void;

/**
 * For use inside a `describe`, after the `beforeAll` that the scenarios need: what is declared there with the result, in
 * inner suites too, all runs at the same time, as most of a scenario is waiting for delays and for members to join. A test
 * only waits for its own, so the time reported for it is what was left.
 */
export function sideBySide(): Declare {
  const starts: (() => void)[] = [];

  beforeAll(() => {
    for (const start of starts) start();
  });

  return (scenarios, run) => {
    const outcomes = new Map<string, Promise<void>>();
    starts.push(() => {
      for (const scenario of scenarios) {
        const outcome = run(scenario);
        outcomes.set(scenario.name, outcome);
        // Its test reports it, but may not be waiting yet.
        outcome.catch(() => undefined);
      }
    });
    it.each(scenarios)('$name', ({ name }) => outcomes.get(name));
  };
}
