import type { Body, BodyEncodeOptions, ShapeName } from '@rmq/protocol/rocketmq/bodies';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';

/** Both directions of one body, for tests that take its name, or the values, from a list. */
export interface ShapeCodec {
  readonly encode: (value: unknown, options?: BodyEncodeOptions) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}

/** By the name of its shape. */
export function codecOf(shape: string): ShapeCodec {
  const name = shape as ShapeName;
  return {
    encode: (value, options) => encodeBody<ShapeName>(name, value as Body<ShapeName, 'given'>, options),
    decode: (bytes) => decodeBody(name, bytes),
  };
}
