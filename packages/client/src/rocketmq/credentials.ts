import { UsageError } from '@rmq/protocol';
import { encodeUtf8 } from '@rmq/protocol/bytes';
import { type Request, signed } from '@rmq/protocol/rocketmq';

/** Who this client is in a cluster with access control. Never in an event, an error or a log. */
export interface Credentials {
  /** ACL 1.0's access key, ACL 2.0's user name. */
  readonly accessKey: string;
  /** ACL 1.0's secret key, ACL 2.0's password. */
  readonly secretKey: string;
  /** Of temporary credentials. */
  readonly securityToken?: string | undefined;
}

/** Makes a request one that the cluster can check. */
export type Sign = (request: Request) => Promise<Request>;

/** The part of WebCrypto that is used here; every runtime of today has it. */
declare const crypto: {
  readonly subtle: {
    readonly importKey: (
      ...as: readonly [
        format: 'raw',
        key: Uint8Array,
        algorithm: { readonly name: 'HMAC'; readonly hash: 'SHA-1' },
        extractable: false,
        usages: readonly 'sign'[],
      ]
    ) => Promise<object>;
    readonly sign: (algorithm: 'HMAC', key: object, content: Uint8Array) => Promise<ArrayBuffer>;
  };
};

/** Checks credentials. @throws UsageError `value-out-of-range` */
export function checkCredentials(given: Credentials): Credentials {
  for (const name of ['accessKey', 'secretKey'] as const) {
    if (typeof given[name] === 'string' && given[name] !== '') continue;
    throw new UsageError('value-out-of-range', `option credentials.${name} is empty: expected a text`);
  }
  const { accessKey, secretKey, securityToken } = given;
  return Object.freeze({ accessKey, secretKey, securityToken });
}

/** Signs with the platform's HMAC-SHA1, the key taken in once. */
export function signerOf({ accessKey, secretKey, securityToken }: Credentials): Sign {
  let key: Promise<object> | undefined;
  const hmac = async (content: Uint8Array): Promise<Uint8Array> => {
    key ??= crypto.subtle.importKey('raw', encodeUtf8(secretKey), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', await key, content));
  };
  return (request) => signed(request, { accessKey, securityToken, hmac });
}
