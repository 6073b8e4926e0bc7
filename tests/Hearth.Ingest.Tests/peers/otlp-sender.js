'use strict';
// An OTLP profiles sender of another make: grpc-js and protobuf.js. JSON lines: {"id", "do", ...} in, {"id", "result" | "error"} out.
const readline = require('node:readline');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync(path.join(__dirname, 'profiles.proto'), { keepCase: true, longs: String, bytes: Buffer });
const service = grpc.loadPackageDefinition(definition).opentelemetry.proto.collector.profiles.v1development.ProfilesService;

// One profile of `samples` samples over `stacks` stacks, shape B of the eBPF profiler: event times instead of values. The resource's
// names and one value are given by reference into the string table.
function request({ serviceName, pod, startNanos, stacks, samples }) {
  const strings = ['', 'samples', 'count', 'cpu', 'nanoseconds', 'service.name', 'k8s.pod.name', pod, 'thread.name', 'profile.frame.type'];
  const text = (value) => { strings.push(value); return strings.length - 1; };
  const functions = [{}];
  const locations = [{}];
  const stackTable = [{}];
  const mappings = [{}, { memory_start: 0x400000, memory_limit: 0x500000, file_offset: 0x1000, filename_strindex: text('app') }];
  functions.push({ name_strindex: text('main'), filename_strindex: text('main.go') });
  locations.push({ mapping_index: 1, address: 0x400100, lines: [{ function_index: 1, line: 10 }] });
  for (let i = 0; i < stacks; i++) {
    functions.push({ name_strindex: text(`work${i}`) });
    locations.push({ mapping_index: 1, address: 0x400200 + i, lines: [{ function_index: functions.length - 1, line: i + 1 }] });
    stackTable.push({ location_indices: [locations.length - 1, 1] });
  }
  const list = [];
  for (let i = 0; i < samples; i++) {
    const times = Array.from({ length: (i % 3) + 1 }, (_, k) => String(BigInt(startNanos) + BigInt(k)));
    list.push({ stack_index: 1 + (i % stacks), attribute_indices: [1], link_index: i % 5 === 0 ? 1 : 0, timestamps_unix_nano: times });
  }
  return {
    resource_profiles: [{
      resource: { attributes: [
        { key_strindex: 5, value: { string_value: serviceName } },
        { key: 'k8s.pod.name', key_strindex: 6, value: { string_value_strindex: 7 } },
        { key: 'process.pid', value: { int_value: 4242 } },
      ] },
      scope_profiles: [{
        scope: { name: 'foreign', version: '1' },
        profiles: [{
          sample_type: { type_strindex: 1, unit_strindex: 2 }, samples: list, time_unix_nano: startNanos, duration_nano: '5000000000',
          period_type: { type_strindex: 3, unit_strindex: 4 }, period: '50000000',
        }],
      }],
    }],
    dictionary: {
      mapping_table: mappings, location_table: locations, function_table: functions, string_table: strings, stack_table: stackTable,
      link_table: [{}, { trace_id: Buffer.alloc(16, 7), span_id: Buffer.from('00000000000000ab', 'hex') }],
      attribute_table: [{}, { key_strindex: 8, value: { string_value: 'worker' } }],
    },
  };
}

function send({ target, gzip, ...what }) {
  const client = new service(target, grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': gzip ? 2 : 0 });
  return new Promise((resolve) => {
    client.Export(request(what), { deadline: Date.now() + 30000 }, (error, reply) => {
      client.close();
      resolve(error
        ? { code: error.code, details: error.details }
        : { code: 0, rejected: reply.partial_success ? reply.partial_success.rejected_profiles : null,
          message: reply.partial_success ? reply.partial_success.error_message : null });
    });
  });
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, do: command, ...rest } = JSON.parse(line);
  try {
    if (command !== 'send') throw new Error(`unknown command ${command}`);
    process.stdout.write(JSON.stringify({ id, result: await send(rest) }) + '\n');
  } catch (error) {
    process.stdout.write(JSON.stringify({ id, error: String(error && error.stack) }) + '\n');
  }
});
