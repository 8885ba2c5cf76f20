import { connect } from 'node:net';
import { silentEndpoint } from '@rmq/testkit/silent-endpoint';

it('is an endpoint that neither takes nor refuses a connection', async () => {
  const silent = await silentEndpoint();
  const said = await new Promise<string>((resolve) => {
    const socket = connect({ host: silent.host, port: silent.port });
    socket.on('connect', () => resolve('connected'));
    socket.on('error', ({ message }) => resolve(message));
    // Long beside a round trip on loopback, short beside a retry of the SYN (1 s).
    setTimeout(() => {
      socket.destroy();
      resolve('nothing');
    }, 200);
  });
  await silent[Symbol.asyncDispose]();
  expect(said).toBe('nothing');
});
