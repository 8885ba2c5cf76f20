import { join } from 'node:path';
import { defineConfig } from 'vite';

const page = (name) => join(import.meta.dirname, name);

// 127.0.0.1, because that is the origin which the proxy is told to let in; `localhost` would be another one.
const server = { host: '127.0.0.1', port: 5173, strictPort: true };

export default defineConfig({
  base: './',
  server,
  preview: {
    ...server,
    // As strict as a policy can be: RMQ evaluates no strings and loads nothing from elsewhere.
    headers: {
      'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src ws: wss:",
    },
  },
  build: {
    target: 'es2022',
    rolldownOptions: { input: { proxied: page('index.html'), embedded: page('embedded.html') } },
  },
});
