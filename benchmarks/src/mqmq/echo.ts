/** The floor: a server that knows how long frames are and nothing else, and answers with what was prepared. */
import { createServer, type Server } from 'node:net';
import { type Job, repeated, requests, responses } from './frames.ts';

/** Answers of so many requests leave as one write. */
const MOST = 4_096;
/** Where the first letter of the command is. */
const COMMAND_AT = 8;

const answers: Readonly<Record<Job, Buffer>> = {
  put: repeated(responses.put, MOST),
  get: repeated(responses.get, MOST),
};

/** Connections send one kind of request each, which their first one tells. */
export function echoServer(): Server {
  return createServer({ noDelay: true }, (socket) => {
    let job: Job | undefined;
    let held = 0;
    socket.on('data', (chunk) => {
      job ??= chunk[COMMAND_AT] === 'P'.charCodeAt(0) ? 'put' : 'get';
      const size = requests[job].byteLength;
      const bytes = held + chunk.byteLength;
      const count = Math.floor(bytes / size);
      held = bytes - count * size;
      if (count > 0) socket.write(answers[job].subarray(0, count * responses[job].byteLength));
    });
    socket.on('error', () => undefined); // a client that is done
  });
}
