/** Hands events to one listener, whose faults are its own. */
export function guarded<Event>(listener: ((event: Event) => void) | undefined): (event: Event) => void {
  if (listener === undefined) return () => undefined;
  return (event) => {
    try {
      listener(event);
    } catch {
      // A listener watches: it must not be able to change what the broker does.
    }
  };
}
