import { encodeUtf8 } from '../bytes/utf8.ts';
import type { RemotingCommand } from './remoting-command.ts';
import { type Request, requestFields } from './request.ts';

declare const btoa: (characters: string) => string;

/** Who asks, and how signatures are made: this package makes none itself. */
export interface AclSigner {
  /** ACL 1.0's access key, ACL 2.0's user name. */
  readonly accessKey: string;
  /** Of temporary credentials. */
  readonly securityToken?: string | undefined;
  /** HMAC-SHA1 with the secret key, as UTF-8: 20 bytes. */
  readonly hmac: (content: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** The ext fields of access control (`SessionCredentials.java`). */
export const aclFields = {
  accessKey: 'AccessKey',
  securityToken: 'SecurityToken',
  signature: 'Signature',
} as const;

/**
 * What is signed of a command: the values of all its ext fields but the signature, ordered by name, and its body
 * (`AclUtils.java`). Servers do the same with what they receive, so nothing may be added later.
 */
export function aclContent({ extFields, body }: Pick<RemotingCommand, 'extFields' | 'body'>): Uint8Array {
  const names = Object.keys(extFields).filter((name) => name !== aclFields.signature);
  const values = names.sort().map((name) => extFields[name]);
  const text = encodeUtf8(values.join(''));
  const content = new Uint8Array(text.length + body.length);
  content.set(text);
  content.set(body, text.length);
  return content;
}

/**
 * A request with the ext fields that an access-controlled cluster asks for. Sign last: whatever is added afterwards makes
 * the signature wrong.
 * @throws UsageError as encoding it would, or whatever `hmac` throws
 */
export async function signed(request: Request, { accessKey, securityToken, hmac }: AclSigner): Promise<Request> {
  const extra: Record<string, string> = { ...request.extra, [aclFields.accessKey]: accessKey };
  if (securityToken !== undefined) extra[aclFields.securityToken] = securityToken;
  const extFields = { ...requestFields(request), ...extra };
  const signature = await hmac(aclContent({ extFields, body: request.body ?? new Uint8Array(0) }));
  return { ...request, extra: { ...extra, [aclFields.signature]: btoa(String.fromCharCode(...signature)) } };
}
