/** What the tests have recorded, as inputs to begin a corpus with. */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';

const lines = (name) => {
  const text = readFileSync(new URL(`../test/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};
const hex = (text) => Buffer.from(text, 'hex');
const base64 = (text) => Buffer.from(text, 'base64');
const with0 =
  (...numbers) =>
  (bytes) =>
    Buffer.concat([Buffer.of(...numbers), bytes]);
const vectors = (kind) => lines('rocketmq/java.vectors').filter((each) => each.kind === kind);
const captured = (name, field) =>
  lines(name)
    .map((each) => each[field])
    .filter(Boolean);

const QUEUE_PATH = `$.offsetTable.${'MessageQueue [topic=t, brokerName=b, queueId=1]'.replaceAll(/\W/gu, '\\$&')}`;

/** Bodies that say twice what they print once. */
const REFERENCES = [
  '{"brokerAddrTable":{},"clusterAddrTable":{"c":["a"],"d":{"$ref":"$.clusterAddrTable.c"},"e":{"$ref":"$.no[0]"}}}',
  '{"consumerIdList":["a",{"$ref":"$.consumerIdList[0]"},{"$ref":"$.a\\\\.b"},{"$ref":"@"}]}',
  '{"lockOKMQSet":[{"brokerName":"b","queueId":1,"topic":"t"},{"$ref":"$.lockOKMQSet[0]"},{"$ref":"$.lockOKMQSet[1]"}]}',
  '{"offsetTable":{{"brokerName":"b","queueId":1,"topic":"t"}:{"brokerOffset":1,"consumerOffset":1,"lastTimestamp":1},' +
    `{"brokerName":"b","queueId":2,"topic":"t"}:{"$ref":${JSON.stringify(QUEUE_PATH)}}}}`,
];

/** JSON headers as other clients may write them, and as none should. */
const HEADERS = [
  '{"code":"34","flag":"1","language":9,"opaque":-7,"version":1,"remark":"r"}',
  '{"code":10,"language":"NONE","extFields":{"a":null,"b":1,"c":{"d":[1]},"queueId":"5","__proto__":"p"},"remark":"\\ud800\\u0001"}',
  '{"code":-1,"extFields":[]}',
  '{"code":1,"extFields":null,"remark":null}',
  '[]',
  '{"code":1.5}',
  '{"code":200050,"flag":0,"opaque":1,"extFields":{"consumerGroup":"g","topic":"t","queueId":"1","maxMsgNums":"32"}}',
];

/** A content header of tables in tables. */
function nested(depth) {
  const table = Array.from({ length: depth }).reduce((inner) => {
    const entry = Buffer.concat([Buffer.from('\u0009__proto__F'), inner]);
    return Buffer.concat([Buffer.alloc(4), entry]);
  }, Buffer.alloc(4));
  for (let at = 0, end = table.length; at < end; at += 15) table.writeUInt32BE(end - at - 4, at);
  const payload = Buffer.concat([Buffer.from('003c000000000000000000002000', 'hex'), table]);
  return Buffer.concat([
    Buffer.from([2, 0, 1, 0, 0, payload.length >> 8, payload.length & 0xff]),
    payload,
    Buffer.of(0xce),
  ]);
}

/** Methods with a content header that was recorded elsewhere and a body that fits it, all on one channel. */
function messages() {
  const frames = lines('amqp/frames.captures').filter(({ hex: bytes }) => bytes !== undefined);
  const headers = frames.filter(({ kind }) => kind === 'header');
  const methods = frames.filter(({ method }) => ['basic.publish', 'basic.deliver', 'basic.return'].includes(method));
  return methods.map((each, index) => {
    const [method, header] = [hex(each.hex), hex(headers[index % headers.length].hex)];
    const parts = [1, 40, 99]
      .slice(index % 4)
      .map((size) => Buffer.of(3, 0, 0, 0, 0, 0, size, ...Buffer.alloc(size), 0xce));
    header.writeUInt32BE(0, 11);
    header.writeUInt32BE(
      parts.reduce((sum, part) => sum + part.length - 8, 0),
      15,
    );
    for (const frame of [header, ...parts]) method.copy(frame, 1, 1, 3);
    return Buffer.concat([method, header, ...parts]);
  });
}

const sources = {
  amqp: () =>
    [...captured('amqp/frames.captures', 'hex').map(hex), ...messages(), nested(3), nested(63), nested(64)].map(
      with0(3, 7),
    ),
  'amqp-uri': () =>
    [
      'amqp://user:secret-word@host:5672/%2Forders?heartbeat=10&frame_max=0&name=n&auth_mechanism=plain',
      'amqps://[::1]:5671/vhost?verify=verify_peer&cacertfile=f&server_name_indication=disable&other=1',
    ].map((text) => Buffer.from(text)),
  mqmq: () => captured('mqmq/exchanges', 'bytes').map(hex).map(with0(5)),
  'rocketmq-frames': () => [
    ...captured('rocketmq/frames.captures', 'frame').map(base64).map(with0(0, 0)),
    ...HEADERS.map((header) => {
      const frame = Buffer.from(`--------${header}body`);
      frame.writeUInt32BE(frame.length - 4, 0);
      frame.writeUInt32BE(header.length, 4);
      return with0(0, 9)(frame);
    }),
    ...vectors('frame').flatMap(({ json, rocketmq }) => [json, rocketmq].filter(Boolean).map(base64).map(with0(3, 9))),
  ],
  'rocketmq-messages': () => [
    ...vectors('message').map(({ bytes }) => with0(0)(base64(bytes))),
    ...vectors('batch').map(({ bytes }) => with0(1)(base64(bytes))),
    ...captured('rocketmq/messages.captures', 'hex')
      .map(hex)
      .flatMap((bytes) => [0, 1].map((kind) => with0(kind)(bytes))),
    with0(2)(Buffer.from('KEYS\u0001k\u0002TAGS\u0001t\u0002')),
  ],
  'rocketmq-texts': () =>
    [
      '0 1700000000000 60000 3 0 broker-a 1 5 9',
      'v1 topic broker-a 1700000000000 key',
      'djEgdG9waWMgYnJva2VyLWEgMTcwMDAwMDAwMDAwMCBrZXk=',
      '7F00000100002A9F0000000000000001',
      '2001:db8::ffff:127.0.0.1',
      'BQE=',
      '0 0 5;1 1 7\n0 0 5,6;1 1 7\n0 qo0%5 2;0 1 1',
      '1s 5s 2h',
      'a || b',
    ].map((text, kind) => with0(kind)(Buffer.from(text))),
  // Of which shape a body is, its number does not say: all are tried.
  'rocketmq-bodies': () =>
    [
      ...vectors('body').map(({ bytes }) => base64(bytes)),
      ...captured('rocketmq/bodies.captures', 'text').map((text) => Buffer.from(text)),
      ...REFERENCES.map((text) => Buffer.from(text)),
    ].flatMap((bytes) => Array.from({ length: 64 }, (_, shape) => with0(shape)(bytes)).concat([with0(255)(bytes)])),
};

/** The seeds of a target; others than ours have none. */
export function seeds(name, maxBytes) {
  const found = (sources[name] ?? (() => []))();
  return found.filter(({ length }) => length <= maxBytes).map((bytes) => Uint8Array.from(bytes));
}
