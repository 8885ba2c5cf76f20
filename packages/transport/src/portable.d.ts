/**
 * The globals that every JavaScript runtime has and that this package may use; the compiler knows no others here
 * (no DOM library, no Node types). Programs that do load those types never see this file: it is not emitted.
 */
declare class AbortSignal {
  private constructor();
  static abort(reason?: unknown): AbortSignal;
  static any(signals: readonly AbortSignal[]): AbortSignal;
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare function queueMicrotask(run: () => void): void;
declare function setTimeout(run: () => void, ms: number): object | number;
declare function clearTimeout(timer: object | number | undefined): void;
