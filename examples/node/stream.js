// SPDX-License-Identifier: MIT
// Asks a chat-completions server for a stream and writes the Responses stream that becomes of it:
//
//   node stream.js http://127.0.0.1:8089/v1/chat/completions seed-002
'use strict';
const { translate, wire } = require('.');

// The bytes as they come. A cut is an end, which sluice judges.
async function* upstream(url, model) {
  const messages = [{ role: 'user', content: 'Hello' }];
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ model, stream: true, messages }) });
  try {
    yield* answer.body;
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
