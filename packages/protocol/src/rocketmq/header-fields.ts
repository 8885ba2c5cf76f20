import type { headers } from './headers.ts';

/** The fields of a header by name. Under `...` stands the name of a header whose fields it has as well. */
export type HeaderDef = Readonly<Record<string, FieldSpec | HeaderName>>;

/** A field as the table spells it. */
export type FieldSpec = `${FieldType}${'' | '?' | '='}${'' | `@${string}`}`;

/** What the text of an ext field means. */
export type FieldType = 'string' | 'i32' | 'i64' | 'bool' | 'boundary';

/** A header that stands for itself. */
export type HeaderName = keyof typeof headers;

/** What a name stands for; a header stands for itself. */
export type HeaderNamed<H> = H extends HeaderName ? (typeof headers)[H] : H;

/** The value of each {@link FieldType}. 64-bit numbers are bigint, as they must not lose digits. */
export interface FieldValues {
  readonly string: string;
  readonly i32: number;
  readonly i64: bigint;
  readonly bool: boolean;
  readonly boundary: 'LOWER' | 'UPPER';
}

type Unnamed<S> = S extends `${infer Spec}@${string}` ? Spec : S;
type Plain<S> = Unnamed<S> extends `${infer Type}?` | `${infer Type}=` ? Type : Unnamed<S>;
type TypeOf<S> = Plain<S> extends FieldType ? FieldValues[Plain<S>] : never;
type IsOptional<S> = S extends `${FieldType}?${string}` ? true : false;
type HasDefault<S> = S extends `${FieldType}=${string}` ? true : false;

type Base<H> = H extends { readonly '...': infer B } ? HeaderNamed<B> : object;
/** All fields of a header with their specs, those of its base included. */
type Specs<H> = Omit<H, '...'> & Base<H>;

type Optional<F> = { readonly [K in keyof F as IsOptional<F[K]> extends true ? K : never]?: TypeOf<F[K]> | undefined };

/** What a sender gives: required fields, the rest as wanted. */
export type GivenFields<H> = {
  readonly [
    K in keyof Specs<H> as IsOptional<Specs<H>[K]> extends true
      ? never
      : HasDefault<Specs<H>[K]> extends true
        ? never
        : K
  ]: TypeOf<Specs<H>[K]>;
} & {
  readonly [K in keyof Specs<H> as HasDefault<Specs<H>[K]> extends true ? K : never]?: TypeOf<Specs<H>[K]> | undefined;
} & Optional<Specs<H>>;

/** What a receiver reads: fields with a default are always there. */
export type ReadFields<H> = {
  readonly [K in keyof Specs<H> as IsOptional<Specs<H>[K]> extends true ? never : K]: TypeOf<Specs<H>[K]>;
} & Optional<Specs<H>>;
