import type { MessageQueue } from '../names.ts';
import type { enums } from './enums.ts';
import type { shapes } from './shapes.ts';

type Enums = typeof enums;
type Shapes = typeof shapes;

/** What `shapes` knows by name without describing it. */
export interface Scalars {
  readonly string: string;
  readonly bool: boolean;
  readonly i32: number;
  readonly i64: bigint;
  readonly time: number;
  readonly f64: number;
}

/** One entry of a map whose keys are queues. */
export interface QueueEntry<Value> {
  readonly queue: MessageQueue;
  readonly value: Value;
}

/** The name of a body or of a part of one. */
export type ShapeName = keyof Shapes;

/** A value of an enum of bodies, for instance `EnumOf<'ConsumeType'>`. */
export type EnumOf<N extends keyof Enums> = Enums[N][number];

/** What comes out of a decoder has every default filled in; what goes into an encoder may leave them out. */
export type Side = 'read' | 'given';

type Value<T, S extends Side> = T extends keyof Scalars
  ? Scalars[T]
  : T extends keyof Enums
    ? EnumOf<T>
    : T extends ShapeName
      ? Body<T, S>
      : T extends `${infer Item}[]`
        ? readonly Value<Item, S>[]
        : T extends `${infer Item}{int}`
          ? Readonly<Record<number, Value<Item, S>>>
          : T extends `${infer Item}{queue}`
            ? readonly QueueEntry<Value<Item, S>>[]
            : T extends `${infer Item}{}`
              ? Readonly<Record<string, Value<Item, S>>>
              : never;

type Bare<T> = T extends `${infer Name}?` ? Name : T extends `${infer Name}=${string}` ? Name : T;
type MayMiss<T, S extends Side> = T extends `${string}?`
  ? true
  : T extends `${string}=${string}`
    ? S extends 'given'
      ? true
      : false
    : false;

/** The TypeScript type of a body in the `shapes` table: as decoded, or (`'given'`) as an encoder takes it. */
export type Body<N extends ShapeName, S extends Side = 'read'> = {
  readonly [K in keyof Shapes[N] as MayMiss<Shapes[N][K], S> extends true ? never : K]: Value<Bare<Shapes[N][K]>, S>;
} & {
  readonly [K in keyof Shapes[N] as MayMiss<Shapes[N][K], S> extends true ? K : never]?:
    Value<Bare<Shapes[N][K]>, S> | undefined;
};
