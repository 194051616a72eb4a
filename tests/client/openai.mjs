// What the official client makes of the simulated endpoint's answers. clients.sh starts the endpoint.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { AzureOpenAI } from 'openai';

const { SIMULATOR_ORIGIN: origin, SIMULATOR_KEY: apiKey, SIMULATOR_DIALECT: dialect } = process.env;
const alwaysUsage = dialect === 'serverless'; // also in streams that did not ask for it
const strict = { apiKey, baseURL: `${origin}/v1`, maxRetries: 0, timeout: 20_000 };
const client = new OpenAI(strict);

const model = 'any';
const tokens = 24; // the simulated endpoint's tokens are words
const messages = [
  { role: 'system', content: 'You are brief.' },
  { role: 'user', content: 'What does a load test measure?' },
];
const chatUsage = { prompt_tokens: 9, completion_tokens: tokens, total_tokens: 9 + tokens };
const chat = { model, messages, max_tokens: tokens };
const completion = { model, prompt: 'A load test', max_tokens: tokens };
const completionUsage = { prompt_tokens: 3, completion_tokens: tokens, total_tokens: 3 + tokens };

const withUsage = { stream_options: { include_usage: true } };

const words = (text) => text.split(' ').length;

/** All chunks of a stream, and what a caller puts together from them. `textOf` takes a choice. */
async function collect(stream, textOf) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const pieces = choices.map(textOf).filter((piece) => piece);
  return {
    chunks,
    pieces,
    text: pieces.join(''),
    finishReasons: choices.map((choice) => choice.finish_reason).filter((reason) => reason),
    usages: chunks.map((chunk) => chunk.usage).filter((usage) => usage),
  };
}
const streamChat = async (options = {}) =>
  collect(await client.chat.completions.create({ ...chat, stream: true, ...options }), (choice) => choice.delta?.content);
const streamCompletion = async (options = {}) =>
  collect(await client.completions.create({ ...completion, stream: true, ...options }), (choice) => choice.text);

test('chat: one answer', async () => {
  const answer = await client.chat.completions.create(chat);
  assert.equal(answer.object, 'chat.completion');
  assert.equal(answer.choices.length, 1);
  assert.equal(answer.choices[0].index, 0);
  assert.equal(answer.choices[0].message.role, 'assistant');
  assert.equal(words(answer.choices[0].message.content), tokens);
  assert.equal(answer.choices[0].finish_reason, 'length');
  assert.deepEqual(answer.usage, chatUsage);
  assert.ok(answer._request_id, 'x-request-id');
  assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60);
});

test('chat: the streamed answer is the same one', async () => {
  const whole = await client.chat.completions.create(chat);
  for (const options of [{}, withUsage]) {
    const streamed = await streamChat(options);
    const answers = streamed.chunks.filter((chunk) => chunk.id); // without what Azure's filter says
    assert.equal(streamed.text, whole.choices[0].message.content);
    assert.equal(streamed.pieces.length, tokens);
    assert.deepEqual(streamed.finishReasons, ['length']);
    assert.deepEqual(streamed.usages, alwaysUsage || options === withUsage ? [whole.usage] : []);
    assert.equal(answers[0].choices[0].delta.role, 'assistant');
    assert.equal(new Set(answers.map((chunk) => chunk.id)).size, 1);
    assert.ok(answers.every((chunk) => chunk.object === 'chat.completion.chunk'));
    assert.equal(streamed.chunks.length - answers.length, dialect === 'azure-openai' ? 2 : 0);
  }
});

test("chat: the client's own accumulation of a stream", async () => {
  const whole = await client.chat.completions.create(chat);
  const answer = await client.chat.completions.stream(chat).finalChatCompletion();
  assert.equal(answer.choices[0].message.content, whole.choices[0].message.content);
  assert.equal(answer.choices[0].message.role, 'assistant');
  assert.equal(answer.choices[0].finish_reason, 'length');
});

test('chat: content in parts counts like content in one piece', async () => {
  const parts = [{ role: 'user', content: [{ type: 'text', text: 'You are brief. ' }, { type: 'text', text: 'Are you?' }] }];
  const answer = await client.chat.completions.create({ ...chat, messages: parts });
  assert.equal(answer.usage.prompt_tokens, 5);
});

test('completions: one answer, and the streamed one is the same', async () => {
  const whole = await client.completions.create(completion);
  assert.equal(whole.object, 'text_completion');
  assert.equal(words(whole.choices[0].text), tokens);
  assert.equal(whole.choices[0].finish_reason, 'length');
  assert.deepEqual(whole.usage, completionUsage);
  const streamed = await streamCompletion(withUsage);
  assert.equal(streamed.text, whole.choices[0].text);
  assert.equal(streamed.pieces.length, tokens);
  assert.deepEqual(streamed.finishReasons, ['length']);
  assert.deepEqual(streamed.usages, [whole.usage]);
});

const responseUsage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: tokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 9 + tokens,
};
const question = { model, instructions: messages[0].content, input: messages[1].content, max_output_tokens: tokens };

test('responses: one answer, with the text that the client makes of its output', async () => {
  for (const input of [question.input, messages.slice(1)]) {
    const answer = await client.responses.create({ ...question, input });
    assert.equal(answer.object, 'response');
    assert.equal(answer.status, 'incomplete');
    assert.deepEqual(answer.incomplete_details, { reason: 'max_output_tokens' });
    assert.equal(answer.output.length, 1);
    assert.equal(answer.output[0].role, 'assistant');
    assert.equal(words(answer.output_text), tokens);
    assert.deepEqual(answer.usage, responseUsage);
  }
});

test('responses: the streamed answer is the same one', async () => {
  const whole = await client.responses.create(question);
  const events = [];
  for await (const event of await client.responses.create({ ...question, stream: true })) events.push(event);
  const deltas = events.filter((event) => event.type === 'response.output_text.delta');
  assert.equal(deltas.length, tokens);
  assert.equal(deltas.map((event) => event.delta).join(''), whole.output_text);
  assert.equal(events[0].type, 'response.created');
  const end = events.at(-1);
  assert.equal(end.type, 'response.incomplete');
  assert.equal(end.response.id, events[0].response.id);
  assert.deepEqual(end.response.usage, whole.usage);
  assert.deepEqual(end.response.output[0].content, whole.output[0].content);
});

test("responses: the client's own accumulation of a stream", async () => {
  const whole = await client.responses.create(question);
  const stream = client.responses.stream(question);
  let text = '';
  stream.on('response.output_text.delta', (event) => { text = event.snapshot; });
  const answer = await stream.finalResponse();
  assert.equal(text, whole.output_text);
  assert.equal(answer.output_text, whole.output_text);
  assert.deepEqual(answer.usage, responseUsage);
});

test('responses: a wrong key and a wrong request', async () => {
  const stranger = new OpenAI({ ...strict, apiKey: 'key-that-is-wrong' });
  await assert.rejects(stranger.responses.create(question), OpenAI.AuthenticationError);
  for (const wrong of [{ max_output_tokens: 0 }, { input: [] }])
    await assert.rejects(client.responses.create({ ...question, ...wrong }), OpenAI.BadRequestError);
});

test('many streams at once, and one that the client leaves', async () => {
  const left = await client.chat.completions.create({ ...chat, max_tokens: 10_000, stream: true });
  for await (const chunk of left) {
    if (chunk.choices[0]?.delta.content) break; // which aborts the request
  }
  const all = await Promise.all(Array.from({ length: 20 }, () => streamChat()));
  assert.equal(new Set(all.map((streamed) => streamed.text)).size, 1);
  assert.equal(new Set(all.map((streamed) => streamed.chunks.find((chunk) => chunk.id).id)).size, all.length);
});

test('the Azure client: its paths and its api-key header', async () => {
  const azure = new AzureOpenAI({ ...strict, baseURL: undefined, endpoint: origin, deployment: 'llama', apiVersion: '2024-10-21' });
  const answer = await azure.chat.completions.create(chat);
  assert.deepEqual(answer.usage, chatUsage);
});

test('a wrong key: 401', async () => {
  const stranger = new OpenAI({ ...strict, apiKey: 'key-that-is-wrong' });
  for (const stream of [false, true]) {
    await assert.rejects(stranger.chat.completions.create({ ...chat, stream }), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError, `${error}`);
      assert.equal(error.status, 401);
      assert.match(error.message, /key/);
      assert.ok(error.requestID);
      return true;
    });
  }
});

test('the models: one', async () => {
  const { data } = await client.models.list();
  assert.deepEqual(data.map((listed) => listed.id), ['simulated-llama']);
});

test('a wrong path: 404', async () => {
  await assert.rejects(client.embeddings.create({ model, input: 'text' }), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError, `${error}`);
    assert.equal(error.status, 404);
    return true;
  });
});

test('a wrong request: 400', async () => {
  for (const wrong of [{ max_tokens: 0 }, { max_tokens: 'many' }, { messages: [] }]) {
    await assert.rejects(client.chat.completions.create({ ...chat, ...wrong }), OpenAI.BadRequestError);
  }
});
