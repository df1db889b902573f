// SPDX-License-Identifier: MIT
// scenario.js - a test file's gateway, and its tests by the names of scenarios.
// What a client showed in each is written down (SHOWN, a folder), for the table
// in docs/clients.md.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { openGateway } from './gateway.js';

// Returns the gateway, which lives while the tests of this file run, and
// scenario(NAME, SHOWS, FUNCTION): FUNCTION holds the client to what SHOWS says
// in words. `template` is for openGateway.
export function through(client, template) {
  const gateway = {};
  const shown = {};
  before(async () => Object.assign(gateway, await openGateway(template)));
  after(async () => {
    await gateway.close?.();
    if (process.env.SHOWN === undefined) return;
    fs.writeFileSync(path.join(process.env.SHOWN, `${client}.json`), JSON.stringify(shown));
  });
  const scenario = (name, shows, body) =>
    test(`${client}: ${name}: ${shows}`, { timeout: 60_000 }, async () => {
      gateway.asked();
      await body();
      assert.equal(shown[name], undefined, `two scenarios are named ${name}`);
      shown[name] = shows;
    });
  return { gateway, scenario };
}

// The smallest picture there is, one red pixel.
export const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12P4z8AAAAMBAQAY3Y2wAAAAAElFTkSuQmCC';

// Until `holds()`, for ten seconds; the test fails then.
export async function until(holds) {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(holds(), `waited in vain for ${holds}`);
}

const TRUNCATED = 'upstream_truncated: the stream ended before a finish reason or [DONE]';
const TEXT = 'Grüße, ';

// Streams that fail after nginx has said 200: which model plays it, the text
// that comes before, what the gateway says then, and the code that it gives.
export const FAILING = [
  ['upstream cut', 'text;cut=3', TEXT, TRUNCATED],
  ['upstream reset', 'text;reset=3', TEXT, TRUNCATED],
  ['upstream silent', 'text;stall=3', TEXT, TRUNCATED],
  ['stream without its end', 'text;end=3', TEXT, TRUNCATED],
  ['garbage', 'text;garbage=3', TEXT, TRUNCATED],
  ['error in the stream', 'late-error', 'Half an answer', 'The engine has died: out of memory on device 0'],
  ['no answer', 'text;cut=0', '', 'upstream_empty: the upstream ended the stream without any choice'],
  ['prompt too long', 'too-long', '',
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
    'context_length_exceeded'],
].map(([name, model, text, message, code = 'server_error']) => ({ name, model, text, message, code }));

// Errors of HTTP: the status that the client gets, and the words.
export const REFUSED = [
  ['HTTP 400', 'text;status=400', 400, 'sluice serve was asked for the status 400', null],
  ['HTTP 429', 'text;status=429', 429, 'sluice serve was asked for the status 429', 'rate_limit_exceeded'],
  ['HTTP 503', 'text;status=503', 503, 'sluice serve was asked for the status 503', 'server_error'],
  ['a page of HTML', 'text;html', 502,
    'the upstream server answered with a page of HTML; is its address right?', 'server_error'],
  ['no answer in time', 'text;delay=5000', 504, 'The model server did not answer in time.', 'server_error'],
].map(([name, model, status, message, code]) => ({ name, model, status, message, code }));
