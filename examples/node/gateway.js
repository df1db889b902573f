// SPDX-License-Identifier: MIT
// POST /v1/responses in front of a chat-completions server:
//
//   node gateway.js 8090 http://127.0.0.1:8089/v1/chat/completions
'use strict';
const http = require('node:http');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { translateBy, translator, upstreamError, wire } = require('.');

const MAX_BODY = 64 << 20;

async function collect(stream) {
  const parts = [];
  let n = 0;
  for await (const part of stream) {
    parts.push(part);
    if ((n += part.length) > MAX_BODY) throw { status: 413 };
  }
  return Buffer.concat(parts);
}

function ask(url, chat, key, signal) {
  const headers = { 'Content-Type': 'application/json', ...(key && { Authorization: key }) };
  const options = { method: 'POST', headers, signal };
  return new Promise((resolve, reject) => {
    http.request(url, options, resolve).on('error', reject).end(chat);
  }).catch(() => {
    throw upstreamError(502, Buffer.from('{"error":"there was no answer"}'));
  });
}

// The bytes as they come. A cut is an end, which sluice judges.
async function* chunks(answer) {
  try {
    yield* answer;
  } catch {}
}

async function* wires(events) {
  for await (const event of events) yield wire(event);
}

async function serve(request, reply, url, seed) {
  const gone = new AbortController();
  reply.on('close', () => gone.abort()); // a client that leaves takes its upstream along
  const t = translator({ seed, request: await collect(request) });
  const answer = await ask(url, t.chat, request.headers.authorization, gone.signal);
  if (answer.statusCode !== 200) throw upstreamError(answer.statusCode, await collect(answer));
  const events = translateBy(t, chunks(answer));
  if (t.streams) {
    reply.writeHead(200, { 'Content-Type': 'text/event-stream' });
    await pipeline(Readable.from(wires(events)), reply);
    return;
  }
  for await (const _ of events);
  reply.writeHead(200, { 'Content-Type': 'application/json' }).end(t.response());
}

// What has a status and a body is for the client.
function tell(reply, { status = 500, body = '' }) {
  if (reply.headersSent) reply.destroy();
  else reply.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
}

function main(port, url, seed) {
  const server = http.createServer((request, reply) => {
    serve(request, reply, url, seed && BigInt(seed)).catch((error) => tell(reply, error));
  });
  server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/v1/responses`));
}

main(...process.argv.slice(2));
