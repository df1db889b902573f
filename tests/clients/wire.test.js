// SPDX-License-Identifier: MIT
// wire.test.js - what goes over the wire, whoever asks: every stream that the
// gateway makes here is held to the rules of `sluice lint`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { sluice } from './gateway.js';
import { FAILING, REFUSED, through } from './scenario.js';

const { gateway, scenario } = through('wire');

const post = (body) => fetch(`${gateway.url}/responses`, {
  method: 'POST', headers: { 'Content-Type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

async function events(model) {
  const response = await post({ model, input: 'Hello', stream: true });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('Content-Type'), /^text\/event-stream/);
  const text = await response.text();
  const lint = spawnSync(sluice, ['lint', '--quiet'], { input: text, encoding: 'utf8' });
  assert.equal(lint.stdout + lint.stderr, '');
  assert.equal(lint.status, 0);
  return text.split('\n').filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)));
}

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'streams');
const models = fs.readdirSync(folder).map((file) => path.basename(file, '.sse'));

for (const model of [...models, 'text;split=1', 'weather-1;split=1', 'codex-patch-1;split=3'])
  scenario(model, 'lawful', async () => {
    const types = (await events(model)).map((event) => event.type);
    const ends = types.filter((type) => /^response\.(completed|incomplete|failed)$/.test(type));
    assert.deepEqual(ends, [types.at(-1)]);
  });

for (const { name, model, message, code } of FAILING.filter(({ model }) => !models.includes(model)))
  scenario(name, 'an error, then the failed response', async () => {
    const [error, last] = (await events(model)).slice(-2);
    assert.equal(error.type, 'error');
    assert.equal(last.type, 'response.failed');
    assert.deepEqual(last.response.error, { code, message });
  });

for (const { name, model, status, message, code } of REFUSED)
  for (const stream of [true, false])
    scenario(`${name}${stream ? '' : ', not streamed'}`, 'an error object', async () => {
      const response = await post({ model, input: 'Hello', stream });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('Content-Type'), 'application/json');
      const { error } = await response.json();
      assert.deepEqual([error.message, error.code], [message, code]);
      assert.deepEqual(Object.keys(error), ['message', 'type', 'param', 'code']);
    });

scenario('no answer, not streamed', 'an error object', async () => {
  const response = await post({ model: 'text;cut=0', input: 'Hello' });
  assert.equal(response.status, 502);
  assert.match((await response.json()).error.message, /^upstream_empty: /);
});

// Slow streams, in writes of a few bytes, so that they go on side by side.
scenario('many at once', 'to each its own', async () => {
  const played = ['text', 'citations', 'reasoning', 'weather-1', 'codex-patch-1', 'late-error'];
  const outputOf = (all) => JSON.stringify(all.at(-1).response.output, (key, v) => (key === 'id' ? undefined : v));
  const alone = await Promise.all(played.map(async (model) => outputOf(await events(model))));
  assert.equal(new Set(alone).size, played.length);
  await Promise.all(Array.from({ length: 60 }, async (_, i) => {
    const all = await events(`${played[i % played.length]};pace=${20 + i};split=${1 + (i % 11)}`);
    assert.equal(outputOf(all), alone[i % played.length]);
    assert.ok(all.every((event, number) => event.sequence_number === number));
  }));
});

scenario('a body that is no JSON', 'an error object', async () => {
  const response = await post('{"model":');
  assert.equal(response.status, 400);
  assert.match((await response.json()).error.message, /is not JSON/);
  assert.deepEqual(gateway.asked(), []);
});

scenario('a body of a megabyte', 'the answer', async () => {
  const input = [{ role: 'user', content: 'Grüße 🌍 '.repeat(80_000) }];
  const response = await post({ model: 'text', input });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).output[0].content[0].text, 'Grüße, 世界 🌍!\nSecond line.');
  assert.deepEqual(gateway.asked()[0].messages, input);
});
