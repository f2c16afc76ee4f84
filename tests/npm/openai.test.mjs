// SPDX-License-Identifier: Apache-2.0
// The official OpenAI client through the gateway, its own retries off: what fails once fails the test.
// GATEWAY_URL (with /v1) and GATEWAY_TOKEN come from tests/integration/test_openai_client.py.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.GATEWAY_URL,
  apiKey: process.env.GATEWAY_TOKEN,
  maxRetries: 0,
  timeout: 60_000,
});
const model = 'gpt-4.1';
const ask = (text) => [{ role: 'user', content: text }];

test('a plain call', async () => {
  const { data, response } = await client.chat.completions.create({ model, messages: ask('What is a drover?') }).withResponse();
  assert.equal(data.object, 'chat.completion');
  assert.ok(data.choices[0].message.content.length > 0);
  assert.equal(data.choices[0].finish_reason, 'stop');
  assert.ok(data.usage.completion_tokens > 0);
  assert.ok(['legacy', 'holysheep'].includes(response.headers.get('x-drover-target')));
});

test('a streamed call says the same as the plain one, piece by piece', async () => {
  const messages = ask('Tell me about sheep');
  const plain = await client.chat.completions.create({ model, messages, user: 'same' });
  const stream = await client.chat.completions.create({ model, messages, user: 'same', stream: true, stream_options: { include_usage: true } });
  let text = '';
  let pieces = 0;
  let finish = null;
  let usage = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    pieces += chunk.choices[0]?.delta?.content ? 1 : 0;
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, plain.choices[0].message.content);
  assert.ok(pieces > 1);
  assert.equal(finish, 'stop');
  assert.equal(usage.completion_tokens, plain.usage.completion_tokens);
});

test('forty at once, half of them streamed', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const body = { model, messages: ask(`question ${i}`), user: `user-${i}` };
      if (i % 2) {
        let text = '';
        for await (const chunk of await client.chat.completions.create({ ...body, stream: true })) text += chunk.choices[0]?.delta?.content ?? '';
        return text;
      }
      return (await client.chat.completions.create(body)).choices[0].message.content;
    }),
  );
  assert.ok(answers.every((text) => text.length > 0));
});

test('the client leaves in the middle of a stream', async () => {
  const stream = await client.chat.completions.create({ model: 'paced-200x50', messages: ask('long'), stream: true });
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta?.content) break;
  }
  stream.controller.abort();
  const after = await client.chat.completions.create({ model, messages: ask('still there?') });
  assert.ok(after.choices[0].message.content.length > 0);
});

test('the list of models', async () => {
  const models = [];
  for await (const one of client.models.list()) models.push(one.id);
  assert.ok(models.length > 0);
});

test('embeddings', async () => {
  const answer = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'a sheep', encoding_format: 'float' });
  assert.ok(answer.data[0].embedding.length > 0);
});

test('errors come as the client knows them', async () => {
  const stranger = new OpenAI({ baseURL: process.env.GATEWAY_URL, apiKey: 'drv_' + 'A'.repeat(43), maxRetries: 0 });
  await assert.rejects(stranger.chat.completions.create({ model, messages: ask('x') }), OpenAI.AuthenticationError);
  await assert.rejects(client.chat.completions.create({ model: 'fault-429', messages: ask('x') }), OpenAI.RateLimitError);
  await assert.rejects(client.chat.completions.create({ model: 'fault-500', messages: ask('x') }), OpenAI.InternalServerError);
});
