import type { Certificates } from '@rmq/transport/conformance';

interface Wanted {
  readonly token: string;
  readonly certificates: Certificates;
  /** Of the page. */
  readonly origin: string;
}

export async function startTheProxy({
  token,
  certificates,
  origin,
}: Wanted): Promise<AsyncDisposable & { readonly url: string }> {
  const { ca, client } = certificates;
  try {
    const name = '@rmq/transport-websocket-proxy/server';
    const { startProxy, bearer } = await import(name);
    return await startProxy({
      allow: ['127.0.0.1:*'],
      origins: [origin],
      authenticate: bearer(token),
      target: { tls: { ca, ...client } },
    });
  } catch (e) {
    console.error('no proxy', e);
    return { url: 'ws://127.0.0.1:1', async [Symbol.asyncDispose]() {} };
  }
}
