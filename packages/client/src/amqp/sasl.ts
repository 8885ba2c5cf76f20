import { encodeUtf8 } from '@rmq/protocol/bytes';
import { encodeTableEntries } from '@rmq/protocol/amqp';
import { ConnectionError } from '../core/errors.ts';

/** A user and what proves it. */
export interface Login {
  readonly user: string;
  /** In no event, error or log. */
  readonly password: string;
}

/** How to log in. `EXTERNAL` leaves it to the certificate that `dial` presents. */
export type Sasl = ({ readonly mechanism: 'PLAIN' | 'AMQPLAIN' } & Login) | { readonly mechanism: 'EXTERNAL' };

/** The first of those wanted that the server offers, whole words compared. @throws ConnectionError `connect-failed` */
export function chooseSasl(wanted: readonly Sasl[], offered: string): Sasl {
  const names = offered.split(' ');
  const chosen = wanted.find(({ mechanism }) => names.includes(mechanism));
  if (chosen !== undefined) return chosen;
  const asked = wanted.map(({ mechanism }) => mechanism).join(', ');
  throw new ConnectionError('connect-failed', `the server offers to log in by ${offered}; wanted: ${asked}`);
}

/** What goes out first. AMQPLAIN is a table without its length; PLAIN begins with an empty authorization id. */
export function saslResponse(sasl: Sasl): Uint8Array {
  switch (sasl.mechanism) {
    case 'PLAIN':
      return encodeUtf8(`\0${sasl.user}\0${sasl.password}`);
    case 'AMQPLAIN':
      return encodeTableEntries({ LOGIN: sasl.user, PASSWORD: sasl.password });
    case 'EXTERNAL':
      return new Uint8Array(0);
  }
}
