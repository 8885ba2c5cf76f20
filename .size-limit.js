/** What each entry point may weigh, minified and gzipped, dependencies of ours included. */
const limits = [
  { name: '@rmq/protocol/bytes', path: 'packages/protocol/dist/bytes/index.js', limit: '4 KiB' },
  { name: '@rmq/protocol/rocketmq', path: 'packages/protocol/dist/rocketmq/index.js', limit: '12.5 KiB' },
  { name: '@rmq/protocol/rocketmq/messages', path: 'packages/protocol/dist/rocketmq/messages.js', limit: '7 KiB' },
  { name: '@rmq/protocol/rocketmq/bodies', path: 'packages/protocol/dist/rocketmq/bodies.js', limit: '5.75 KiB' },
  { name: '@rmq/protocol/rocketmq/frames', path: 'packages/protocol/dist/rocketmq/frames.js', limit: '4 KiB' },
  {
    name: '@rmq/protocol/rocketmq/requests',
    path: 'packages/protocol/dist/rocketmq/requests/index.js',
    limit: '14.25 KiB',
  },
  { name: '@rmq/protocol/amqp', path: 'packages/protocol/dist/amqp/index.js', limit: '8 KiB' },
  { name: '@rmq/protocol/mqmq', path: 'packages/protocol/dist/mqmq/index.js', limit: '2 KiB' },
  { name: '@rmq/protocol/mqmq/info', path: 'packages/protocol/dist/mqmq/info.js', limit: '1 KiB' },
  { name: '@rmq/transport', path: 'packages/transport/dist/index.js', limit: '3 KiB' },
  { name: '@rmq/transport-node', path: 'packages/transport-node/dist/index.js', limit: '6 KiB' },
  {
    name: '@rmq/transport-websocket-proxy, what pages load',
    path: 'packages/transport-websocket-proxy/dist/index.js',
    limit: '7 KiB',
  },
  { name: '@rmq/compression-lz4', path: 'packages/compression-lz4/dist/index.js', limit: '5 KiB' },
  { name: '@rmq/client/rocketmq', path: 'packages/client/dist/rocketmq/index.js', limit: '52 KiB' },
  { name: '@rmq/client/amqp', path: 'packages/client/dist/amqp/index.js', limit: '23 KiB' },
  { name: '@rmq/client/mqmq', path: 'packages/client/dist/mqmq/index.js', limit: '12 KiB' },
  { name: '@rmq/broker/mqmq', path: 'packages/broker/dist/mqmq/index.js', limit: '8 KiB' },
  { name: '@rmq/broker/rocketmq', path: 'packages/broker/dist/rocketmq/index.js', limit: '39 KiB' },
];

export default limits.map((entry) => ({
  ...entry,
  gzip: true,
  modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', format: 'esm' }),
}));
