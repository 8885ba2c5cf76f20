/** Types of frames. */
export const frameTypes = { method: 1, header: 2, body: 3, heartbeat: 8 } as const;
/** Type, channel and size of the payload. */
export const HEAD_BYTES = 7;
/** The last byte of every frame. */
export const FRAME_END = 0xce;
/** Bytes of a frame besides its payload. */
export const FRAME_OVERHEAD = 8;
/** What frames may have before both sides have agreed, and the least RabbitMQ agrees to: 8192 since 4.1, 4096 before. */
export const FRAME_MIN_SIZE = 8_192;
