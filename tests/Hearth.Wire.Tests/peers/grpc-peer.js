'use strict';
// A gRPC client and server of another make, driven by JSON lines: {"id", "do", ...} in, {"id", "result" | "error"} out.
const readline = require('node:readline');
const crypto = require('node:crypto');
const grpc = require('@grpc/grpc-js');

const same = (bytes) => bytes;
const sizes = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
const clients = new Map();
let seen = [];
let cancelled = [];

function clientFor(target, gzip) {
  const key = target + gzip;
  if (!clients.has(key)) {
    const options = { ...sizes, 'grpc.default_compression_algorithm': gzip ? 2 : 0, 'grpc.enable_retries': 0 };
    clients.set(key, new grpc.Client(target, grpc.credentials.createInsecure(), options));
  }
  return clients.get(key);
}

function describe(bytes) {
  return { length: bytes.length, sha256: crypto.createHash('sha256').update(bytes).digest('hex'),
    text: bytes.length < 1000 ? bytes.toString('utf8') : undefined };
}

function callOnce({ target, method, gzip, text, size, deadlineMs, metadata }) {
  return new Promise((resolve) => {
    const message = text !== undefined ? Buffer.from(text, 'utf8') : pattern(size);
    const headers = new grpc.Metadata();
    for (const [name, value] of Object.entries(metadata ?? {})) headers.set(name, value);
    const options = deadlineMs ? { deadline: Date.now() + deadlineMs } : {};
    const answer = { sent: describe(message) };
    const finish = () => { if (answer.code !== undefined && answer.status) resolve(answer); };
    const call = clientFor(target, gzip).makeUnaryRequest(method, same, same, message, headers, options, (error, reply) => {
      answer.code = error ? error.code : 0;
      if (reply) answer.reply = describe(reply);
      finish();
    });
    call.on('metadata', (initial) => { answer.encoding = initial.get('grpc-encoding'); });
    call.on('status', (status) => {
      const details = status.metadata.get('grpc-status-details-bin')[0];
      answer.status = { code: status.code, details: status.details, bin: details ? details.toString('base64') : null };
      finish();
    });
  });
}

function pattern(size) {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 10)) & 0xff;
  return bytes;
}

function failure(request) {
  const [code, message, details, pushback] = JSON.parse(request.toString('utf8'));
  const trailers = new grpc.Metadata();
  if (details) trailers.set('grpc-status-details-bin', Buffer.from(details, 'base64'));
  if (pushback !== undefined && pushback !== null) trailers.set('grpc-retry-pushback-ms', String(pushback));
  return { code, details: message, metadata: trailers };
}

function serve() {
  const server = new grpc.Server({ ...sizes });
  const unary = (path) => ({ path, requestStream: false, responseStream: false,
    requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same });
  const note = (call) => seen.push({ metadata: call.metadata.toJSON(), deadline: call.getDeadline() !== Infinity,
    length: call.request.length });
  server.addService(
    { echo: unary('/peer.Echo/Echo'), fail: unary('/peer.Echo/Fail'), hang: unary('/peer.Echo/Hang'), large: unary('/peer.Echo/Large') },
    {
      echo: (call, answer) => { note(call); answer(null, call.request); },
      fail: (call, answer) => { note(call); answer(failure(call.request)); },
      hang: (call) => { note(call); call.on('cancelled', () => cancelled.forEach((resolve) => resolve(true))); },
      large: (call, answer) => answer(null, pattern(Number(call.request.toString('utf8')))),
    });
  return new Promise((resolve, reject) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(),
    (error, port) => error ? reject(error) : resolve({ port })));
}

const commands = {
  call: async (request) => Promise.all(Array.from({ length: request.times ?? 1 }, () => callOnce(request))),
  serve,
  seen: async () => { const all = seen; seen = []; return all; },
  cancelled: () => new Promise((resolve) => cancelled.push(resolve)),
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const request = JSON.parse(line);
  const reply = { id: request.id };
  try {
    reply.result = await commands[request.do](request);
  } catch (error) {
    reply.error = String(error && error.stack || error);
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
}).on('close', () => process.exit(0));
