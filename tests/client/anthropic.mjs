// What Anthropic's official client makes of the simulated endpoint's answers. clients.sh starts the endpoint.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';

const { SIMULATOR_ORIGIN: origin, SIMULATOR_KEY: apiKey } = process.env;
const strict = { apiKey, baseURL: origin, maxRetries: 0, timeout: 20_000 };
const client = new Anthropic(strict);

const tokens = 24; // the simulated endpoint's tokens are words
const question = {
  model: 'any',
  system: 'You are brief.',
  messages: [{ role: 'user', content: 'What does a load test measure?' }],
  max_tokens: tokens,
};
const usage = { input_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: tokens };
const words = (text) => text.split(' ').length;

test('one answer', async () => {
  const answer = await client.messages.create(question);
  assert.equal(answer.type, 'message');
  assert.equal(answer.role, 'assistant');
  assert.equal(answer.content.length, 1);
  assert.equal(words(answer.content[0].text), tokens);
  assert.equal(answer.stop_reason, 'max_tokens');
  assert.deepEqual(answer.usage, usage);
});

test('the streamed answer is the same one', async () => {
  const whole = await client.messages.create(question);
  const events = [];
  for await (const event of await client.messages.create({ ...question, stream: true })) events.push(event);
  const deltas = events.filter((event) => event.type === 'content_block_delta');
  assert.equal(deltas.length, tokens);
  assert.equal(deltas.map((event) => event.delta.text).join(''), whole.content[0].text);
  assert.equal(events[0].type, 'message_start');
  const [last, stop] = events.slice(-2);
  assert.equal(last.delta.stop_reason, 'max_tokens');
  assert.deepEqual(last.usage, usage);
  assert.equal(stop.type, 'message_stop');
});

test("the client's own accumulation of a stream", async () => {
  const whole = await client.messages.create(question);
  const answer = await client.messages.stream(question).finalMessage();
  assert.equal(answer.content[0].text, whole.content[0].text);
  assert.equal(answer.stop_reason, 'max_tokens');
  assert.equal(answer.usage.input_tokens, usage.input_tokens);
  assert.equal(answer.usage.output_tokens, tokens);
});

test('content in parts counts like content in one piece', async () => {
  const parts = [{ type: 'text', text: 'You are brief. ' }, { type: 'text', text: 'Are you?' }];
  const answer = await client.messages.create({ ...question, system: undefined, messages: [{ role: 'user', content: parts }] });
  assert.equal(answer.usage.input_tokens, 5);
});

test('many streams at once, and one that the client leaves', async () => {
  const left = await client.messages.create({ ...question, max_tokens: 10_000, stream: true });
  for await (const event of left) {
    if (event.type === 'content_block_delta') break; // which aborts the request
  }
  const all = await Promise.all(Array.from({ length: 20 }, () => client.messages.stream(question).finalMessage()));
  assert.equal(new Set(all.map((answer) => answer.content[0].text)).size, 1);
  assert.equal(new Set(all.map((answer) => answer.id)).size, all.length);
});

test('errors have the form of the API, with the type of their status', async () => {
  const stranger = new Anthropic({ ...strict, apiKey: 'key-that-is-wrong' });
  const cases = [
    [() => stranger.messages.create(question), Anthropic.AuthenticationError, 'authentication_error'],
    [() => stranger.messages.create({ ...question, stream: true }), Anthropic.AuthenticationError, 'authentication_error'],
    [() => client.messages.create({ ...question, max_tokens: undefined }), Anthropic.BadRequestError, 'invalid_request_error'],
    [() => client.messages.create({ ...question, messages: [] }), Anthropic.BadRequestError, 'invalid_request_error'],
  ];
  for (const [call, kind, type] of cases) {
    await assert.rejects(call(), (error) => {
      assert.ok(error instanceof kind, `${error}`);
      assert.equal(error.error.type, 'error');
      assert.equal(error.error.error.type, type);
      return true;
    });
  }
});

test('the models: one', async () => {
  const { data } = await client.models.list();
  assert.deepEqual(data.map((listed) => listed.id), ['simulated-llama']);
});

test('a wrong path: 404', async () => {
  await assert.rejects(client.messages.batches.list(), Anthropic.NotFoundError);
});
