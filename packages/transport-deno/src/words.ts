/** What Deno and its TLS (rustls) say in words only, and what Node says for it. First match counts. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^(NotCapable|PermissionDenied):/, 'ERR_ACCESS_DENIED'],
  [/Temporary failure in name resolution|try again/i, 'EAI_AGAIN'],
  [/lookup address information|No resolved address|invalid host/i, 'ENOTFOUND'],
  [/not valid for name|NotValidForName/i, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/certificate expired|certificate: Expired/i, 'CERT_HAS_EXPIRED'],
  [/not valid yet|NotValidYet/i, 'CERT_NOT_YET_VALID'],
  [/UnknownIssuer|BadSignature/, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [/CaUsedAsEndEntity/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/alert: CertificateRequired/, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  [/alert: HandshakeFailure/, 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'],
  [/alert: UnknownCA/, 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'],
  [/alert: BadCertificate/, 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'],
  [/alert: Certificate(Unknown|Expired|Revoked)/, 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN'],
  [/alert: ProtocolVersion|TlsVersion/, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  [/corrupt message|InvalidContentType/, 'ERR_SSL_WRONG_VERSION_NUMBER'],
  [/close_notify|handshake eof|^UnexpectedEof:/, 'ECONNRESET'],
];

/**
 * An error as the texts that all adapters share want it: with POSIX's or OpenSSL's word in `code`. Deno has one for some
 * errors only; the others are put into a new error, which has Deno's own as its cause.
 */
export function worded(cause: unknown): unknown {
  if (!(cause instanceof Error) || ('code' in cause && cause.code !== undefined)) return cause;
  const said = `${cause.name}: ${cause.message}`;
  const code = words.find(([pattern]) => pattern.test(said))?.[1];
  return code === undefined ? cause : coded(code, cause.message, cause);
}

/** An error with such a word. */
export function coded(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}
