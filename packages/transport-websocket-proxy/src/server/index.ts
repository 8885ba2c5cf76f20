export { basic, bearer } from './authenticate.ts';
export type { Authenticate, AuthenticationRequest, AuthenticationResult } from './authenticate.ts';
export type { ClientFields, ProxyEvent, RefusalReason } from './events.ts';
export type { ProxyOptions, TargetOptions } from './options.ts';
export { startProxy } from './proxy.ts';
export type { Proxy } from './proxy.ts';
export type { Resolve } from './resolve.ts';
export type { Credentials } from '../credentials.ts';
