/** Something that has a name and can be run. */
interface Named {
  readonly name: string;
}

/**
 * Declares a test per scenario. They all run at the same time, as most of each is waiting for delays and for members to
 * join; a test only waits for its own.
 */
export function itSideBySide<Scenario extends Named>(
  scenarios: readonly Scenario[],
  run: (scenario: Scenario) => Promise<void>,
): void {
  const outcomes = new Map<string, Promise<void>>();

  beforeAll(() => {
    for (const scenario of scenarios) {
      const outcome = run(scenario);
      outcomes.set(scenario.name, outcome);
      // Its test reports it, but may not be waiting yet.
      outcome.catch(() => undefined);
    }
  });

  it.each(scenarios)('$name', ({ name }) => outcomes.get(name));
}
