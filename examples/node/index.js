// SPDX-License-Identifier: MIT
// sluice for Node: a chat-completions stream in, the events of a Responses stream out.
//
//   for await (const event of translate(chunks)) client.write(wire(event))
//   upstream.pipe(new ResponsesStream()).pipe(client)
'use strict';
const { randomBytes } = require('node:crypto');
const { Transform } = require('node:stream');
const { Translator, upstreamError } = require(process.env.SLUICE_ADDON ?? './build/Release/sluice.node');

// options: { seed: BigInt, request: a Buffer with the client's request, maxOutput: bytes of text }
function translator({ seed = randomBytes(8).readBigUInt64LE(), request = Buffer.alloc(0), maxOutput = 0 } = {}) {
  return new Translator(seed, request, maxOutput);
}

// An event as its client wants it.
function wire({ type, json }) {
  return `event: ${type}\ndata: ${json}\n\n`;
}

// All events of one response. When `chunks` throws, the response ends as failed: the client is told.
async function* translate(chunks, options) {
  yield* translateBy(translator(options), chunks);
}

async function* translateBy(t, chunks) {
  try {
    for await (const chunk of chunks) {
      yield* t.feed(chunk);
      if (t.status.startsWith('ERR')) break;
    }
  } catch (error) {
    yield* t.fail(error.cause?.message ?? error.message);
  }
  yield* t.finish();
}

// The same between two streams. With stream.pipeline() an upstream that is cut destroys this one before it can tell the client:
// there, pass translate(upstream).
class ResponsesStream extends Transform {
  #translator;

  constructor(options) {
    super();
    this.#translator = translator(options);
  }

  _transform(chunk, encoding, done) {
    this.push(this.#translator.feed(chunk).map(wire).join(''));
    done();
  }

  _flush(done) {
    this.push(this.#translator.finish().map(wire).join(''));
    done();
  }
}

module.exports = { ResponsesStream, Translator, translate, translateBy, translator, upstreamError, wire };
