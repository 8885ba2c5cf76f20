/**
 * The globals that every JavaScript runtime has and that the client's half may use; the compiler knows no others there
 * (no DOM library, no Node types). Programs that do load those types never see this file: it is not emitted.
 */
declare class AbortSignal {
  private constructor();
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare function setTimeout(run: () => void, ms: number): object | number;
declare function clearTimeout(timer: object | number | undefined): void;
declare function atob(text: string): string;
declare function btoa(text: string): string;
declare class URL {
  constructor(text: string);
  readonly href: string;
  readonly protocol: string;
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly hash: string;
  readonly searchParams: { set(name: string, value: string): void };
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { readonly fatal: boolean; readonly ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
