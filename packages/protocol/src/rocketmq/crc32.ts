/** Reflected polynomial of zlib's CRC-32. */
const POLYNOMIAL = 0xedb8_8320;

let tables: Int32Array | undefined;

/** Four tables of 256 entries, so that the loop takes four bytes per turn. Built on first use: loading costs nothing. */
function buildTables(): Int32Array {
  const built = new Int32Array(1024);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    built[byte] = crc;
  }
  for (let index = 256; index < 1024; index += 1) {
    const before = built[index - 256] ?? 0;
    built[index] = (before >>> 8) ^ (built[before & 0xff] ?? 0);
  }
  return built;
}

/**
 * CRC-32 with zlib's polynomial, as an unsigned number.
 *
 * A stored message keeps only its low 31 bits: see {@link bodyCrc}.
 */
export function crc32(bytes: Uint8Array): number {
  const table = (tables ??= buildTables());
  const length = bytes.length;
  const fours = length - (length % 4);
  let crc = -1;
  let at = 0;
  // `?? 0` never applies: every index is in range. It is how this says so without an assertion.
  for (; at < fours; at += 4) {
    crc ^= (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    crc =
      (table[768 + (crc & 0xff)] ?? 0) ^
      (table[512 + ((crc >>> 8) & 0xff)] ?? 0) ^
      (table[256 + ((crc >>> 16) & 0xff)] ?? 0) ^
      (table[crc >>> 24] ?? 0);
  }
  for (; at < length; at += 1) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return ~crc >>> 0;
}

/** The checksum a stored message carries: CRC-32 of the body as stored (maybe compressed), without the sign bit. */
export function bodyCrc(bytes: Uint8Array): number {
  return crc32(bytes) & 0x7fff_ffff;
}
