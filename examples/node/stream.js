// SPDX-License-Identifier: MIT
// Asks a chat-completions server for a stream and writes the Responses stream that becomes of it:
//
//   node stream.js http://127.0.0.1:8089/v1/chat/completions seed-002
'use strict';
const { request } = require('node:http');
const { translate, wire } = require('.');

// The bytes as they come. A cut is an end, which sluice judges.
async function* upstream(url, model) {
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }] });
  const answer = await new Promise((resolve, reject) => {
    request(url, { method: 'POST' }, resolve).on('error', reject).end(body);
  });
  try {
    yield* answer;
  } catch {}
}

async function main(url, model, seed) {
  let last;
  for await (const event of translate(upstream(url, model), seed && { seed: BigInt(seed) })) {
    if (!process.stdout.write(wire(event))) await new Promise((done) => process.stdout.once('drain', done));
    last = event.type;
  }
  process.exitCode = last === 'response.failed' ? 1 : 0;
}

main(...process.argv.slice(2));
