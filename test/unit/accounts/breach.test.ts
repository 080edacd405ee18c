import assert from 'node:assert/strict';
import { type BreachResult, breachCheck } from '../../../src/accounts/index.ts';
import { freePort } from '../../support/ports.ts';
import { type RangeApi, sha1, startRangeApi } from '../../support/range-api.ts';

const BREACHED = 'my horse is called Käthe';
const PADDING = 'a password that pads';

describe('passwords known from a breach', () => {
  let api: RangeApi;
  const results: BreachResult[] = [];
  const checkBy = (options: { baseUrl: string; patience?: number }) =>
    breachCheck({ onResult: (result) => results.push(result), ...options });
  before(async () => {
    api = await startRangeApi([BREACHED], PADDING);
  });
  beforeEach(() => {
    api.answer('range');
    results.length = 0;
  });
  after(() => api.close());

  it('[38] are found, others are not, and neither is what an answer was padded with', async () => {
    const isBreached = checkBy({ baseUrl: api.url });
    const answers = await Promise.all([BREACHED, `${BREACHED}!`, PADDING].map(isBreached));
    assert.deepEqual(answers, [true, false, false]);
    assert.deepEqual(results.sort(), ['breached', 'clean', 'clean']);
  });

  it('[38] are asked for by five hexadecimal digits of their hash, and nothing else, with padding', async () => {
    await checkBy({ baseUrl: api.url })(BREACHED);
    const request = api.requests.at(-1);
    assert.deepEqual([request?.method, request?.headers['add-padding']], ['GET', 'true']);
    assert.match(request?.url ?? '', /^\/range\/[0-9A-F]{5}(\?mode=sha1)?$/);
    const sent = `${request?.url} ${request?.rawHeaders.join(' ')}`.toUpperCase();
    assert.ok(sent.includes(sha1(BREACHED).slice(0, 5)));
    assert.equal(sent.includes(sha1(BREACHED).slice(5)), false);
  });

  it('[38] are taken when nobody can be asked, soon, and counted', async () => {
    const isBreached = checkBy({ baseUrl: api.url, patience: 50 });
    for (const how of ['hang', 'fail'] as const) {
      api.answer(how);
      assert.equal(await isBreached(BREACHED), false, how);
    }
    assert.equal(await checkBy({ baseUrl: `http://127.0.0.1:${await freePort()}` })(BREACHED), false);
    assert.deepEqual(results, ['failed', 'failed', 'failed']);
  });

  it('[38] are waited for two seconds, where nothing else is said', async () => {
    api.answer('hang');
    const begun = performance.now();
    assert.equal(await checkBy({ baseUrl: api.url })(BREACHED), false);
    const waited = performance.now() - begun;
    assert.ok(waited > 1900 && waited < 3000, `${waited} ms`);
    assert.deepEqual(results, ['failed']);
  });
});
