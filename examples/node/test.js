// SPDX-License-Identifier: MIT
// Tests of index.js:  node --test, from the root of the tree; examples/test/node.sh does.
'use strict';
const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');
const { createReadStream, existsSync, readdirSync, readFileSync } = require('node:fs');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const test = require('node:test');
const { Worker } = require('node:worker_threads');
const { ResponsesStream, Translator, translate, translator, wire } = require('.');

const one = 'corpus/seed-002.sse';

function translated(path, ...options) {
  return spawnSync(process.env.SLUICE, ['translate', '--seed', '7', ...options, path], { encoding: 'utf8' }).stdout;
}

function* pieces(path, size) {
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function joined(events) {
  const parts = [];
  for await (const event of events) parts.push(typeof event === 'string' ? event : wire(event));
  return parts.join('');
}

test('the whole corpus', async () => {
  const streams = readdirSync('corpus').filter((name) => name.endsWith('.sse') && !existsSync(`corpus/${name.slice(0, -4)}.opts`));
  assert.ok(streams.length > 100);
  for (const name of streams) {
    const path = `corpus/${name}`;
    assert.strictEqual(await joined(translate(pieces(path, 1000), { seed: 7n })), translated(path), path);
  }
});

test('a limit ends the response', async () => {
  const t = translator({ seed: 7n, maxOutput: 50 });
  const events = t.feed(readFileSync(one));
  assert.strictEqual(t.status, 'ERR_LIMIT');
  assert.strictEqual(await joined(events), translated(one, '--max-output', '50'));
  assert.deepStrictEqual(t.finish(), []);
});

test('the request goes both ways', () => {
  const request = Buffer.from(JSON.stringify({ model: 'm', input: 'Hello', temperature: 0.25, instructions: 'ä'.repeat(5000) }));
  const t = translator({ request });
  const { messages } = JSON.parse(t.chat);
  assert.deepStrictEqual(messages.at(-1), { role: 'user', content: 'Hello' });
  assert.strictEqual(t.streams, false);
  const [created] = t.feed(Buffer.from('data: {"choices":[{"delta":{"content":"a"}}]}\n\n'));
  const { response } = JSON.parse(created.json);
  assert.strictEqual(response.temperature, 0.25);
  assert.strictEqual(response.instructions.length, 5000);
});

test('mistakes are exceptions', () => {
  assert.throws(() => new Translator(), TypeError);
  assert.throws(() => translator({ seed: 7 }), TypeError);
  assert.throws(() => translator().feed('text'), TypeError);
  assert.throws(
    () => translator({ request: Buffer.from('[]') }),
    ({ status, body }) => status === 400 && JSON.parse(body).error.message.length > 0,
  );
  assert.throws(() => Translator.prototype.finish.call({}), TypeError);
});

test('chunks that throw fail the response', async () => {
  async function* chunks() {
    yield readFileSync(one).subarray(0, 1500);
    throw new Error('fetch failed', { cause: new Error('it went away') });
  }
  const events = [];
  for await (const event of translate(chunks(), { seed: 7n })) events.push(event);
  const { error } = JSON.parse(events.at(-1).json).response;
  assert.deepStrictEqual(error, { code: 'server_error', message: 'it went away' });
});

test('a stream between two streams', async () => {
  const parts = [];
  await pipeline(createReadStream(one, { highWaterMark: 300 }), new ResponsesStream({ seed: 7n }), async (source) => {
    for await (const part of source) parts.push(part);
  });
  assert.strictEqual(Buffer.concat(parts).toString(), translated(one));
});

test('a cut through pipeline() reaches the client', async () => {
  async function* chunks() {
    yield readFileSync(one).subarray(0, 1500);
    throw new Error('it went away');
  }
  const events = Readable.from(translate(chunks(), { seed: 7n })).map(wire);
  assert.match(await joined(events), /event: response\.failed\ndata: .*it went away.*\n\n$/);
});

test('worker threads have translators of their own', async () => {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { translate, wire } = require(workerData.folder);
    const { readFileSync } = require('node:fs');
    (async () => {
      const parts = [];
      for (let i = 0; i < 20; i++) for await (const e of translate([readFileSync(workerData.one)], { seed: 7n })) parts.push(wire(e));
      parentPort.postMessage(parts.join(''));
    })();`;
  const run = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { eval: true, workerData: { folder: __dirname, one } });
      worker.on('message', resolve).on('error', reject);
    });
  const want = translated(one).repeat(20);
  for (const got of await Promise.all([run(), run(), run()])) assert.strictEqual(got, want);
});

test('nothing piles up', () => {
  const script = `
    const { translator } = require('./examples/node');
    const rest = () => { global.gc(); return process.memoryUsage().rss; };
    const turn = (n) => { for (let i = 0; i < n; i++) translator({ request: Buffer.from('{"model":"m","input":"Hello"}') }).finish(); };
    const settle = async () => { for (let i = 0; i < 5; i++) { global.gc(); await new Promise(setImmediate); } };
    (async () => {
      turn(2000); await settle(); const before = rest();
      for (let i = 0; i < 20; i++) { turn(1000); await settle(); }
      console.log(rest() - before);
    })();`;
  const grown = Number(execFileSync(process.execPath, ['--expose-gc', '-e', script]));
  assert.ok(grown < 20e6, `${grown} bytes more after 20,000 translators`);
});
