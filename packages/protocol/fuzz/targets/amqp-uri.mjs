/** AMQP's URIs: read, printed and read again, and nobody is told the password. */
import { formatAmqpUri, parseAmqpUri } from '@rmq/protocol/amqp/uri';
import { textOf, use } from '../guard.mjs';

export const words = [
  'amqp://',
  'amqps://',
  'user:secret-word@',
  '@',
  ':5672',
  '[::1]',
  '%2F',
  '%',
  '?',
  '&',
  ...['heartbeat=10', 'channel_max=1', 'channelMax=1', 'frame_max=0', 'frameMax=9', 'connection_timeout=1'],
  ...['locale=en', 'name=n', 'auth_mechanism=plain', 'cacertfile=f', 'certfile=f', 'keyfile=f', 'verify=verify_peer'],
  ...['verify_none', 'server_name_indication=disable', 'password=p', '__proto__=1', '65535', '4294967296'],
];

export function run(bytes, check) {
  const text = textOf(bytes);
  const { value: uri, error } = use(() => parseAmqpUri(text));
  const [, password] = /^\w+:\/\/[^:@/?#]*:([\w-]{6,})@/u.exec(text) ?? [];
  const hides = (shown) => password === undefined || !shown.includes(password);
  if (error !== undefined) {
    if (!hides(error.message)) throw new Error('an error tells the password');
    return;
  }
  const { password: shown, ...copy } = { ...uri };
  check.same(shown, undefined, 'what a copy of a URI knows of the password');
  const { value: printed, error: refused } = use(() => formatAmqpUri(uri));
  if (refused !== undefined) {
    // A half of a pair cannot be percent-encoded; it cannot have come from percent-encoding either.
    throw new Error('what was read cannot be printed', { cause: refused });
  }
  const isElsewhere = text.split(password ?? '').length > 2;
  if (!isElsewhere && !hides(printed)) throw new Error('a URI is printed with its password');
  const again = parseAmqpUri(printed);
  check.same({ ...again }, copy, 'a URI');
  check.same(formatAmqpUri(again), printed, 'a URI as text');
}
