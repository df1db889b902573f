// SPDX-License-Identifier: MIT
// ai-sdk.test.js - ai with @ai-sdk/openai: streamText and generateText, whose
// own loops run the tools. Both must come to the same.
import assert from 'node:assert/strict';

import { createOpenAI } from '@ai-sdk/openai';
import { generateText, isStepCount, Output, streamText, tool } from 'ai';
import { z } from 'zod';

import { through } from './scenario.js';

const { gateway, scenario } = through('ai-sdk');

const settings = (model, options = {}) => ({
  model: createOpenAI({ apiKey: 'key-of-the-test', baseURL: gateway.url }).responses(model),
  prompt: 'Please', system: 'Help.', maxRetries: 0, stopWhen: isStepCount(5), ...options,
});

// Returns what generateText gave, and the parts that streamText streamed.
async function run(model, options) {
  const whole = await generateText(settings(model, options));
  gateway.asked();
  const stream = streamText({ ...settings(model, options), onError: () => {} });
  const parts = [];
  for await (const part of stream.fullStream) parts.push(part);
  assert.equal(await stream.text, whole.text);
  assert.equal(await stream.reasoningText, whole.reasoningText);
  assert.equal(await stream.finishReason, whole.finishReason);
  assert.deepEqual(await stream.usage, whole.usage);
  return { whole, parts };
}

const joined = (parts, type) => parts.filter((p) => p.type === type).map((p) => p.text).join('');

scenario('text', 'text, usage', async () => {
  const { whole, parts } = await run('text');
  assert.equal(whole.text, 'Grüße, 世界 🌍!\nSecond line.');
  assert.equal(joined(parts, 'text-delta'), whole.text);
  assert.equal(whole.finishReason, 'stop');
  assert.equal(whole.usage.inputTokens, 40);
  assert.equal(whole.usage.outputTokens, 12);
});

for (const m of ['citations','web','reasoning','refusal','length','filter','text;cut=3','text;reset=3','text;end=3','late-error','too-long','text;garbage=3','text;html','text;status=429','text;status=503','text;status=400'])
scenario(m, 'x', async () => {
  const w = await generateText(settings(m)).catch(e=>e);
  console.log(m, w.constructor.name, w.text, w.finishReason, w.rawFinishReason, JSON.stringify(w.sources), w.message, w.statusCode, w.reasoningText)
  const stream = streamText({ ...settings(m), onError: () => {} });
  for await (const part of stream.fullStream) if (!/start|end|delta/.test(part.type)) console.log('   ', part.type, JSON.stringify(part).slice(0,300), part.error?.message);
});
