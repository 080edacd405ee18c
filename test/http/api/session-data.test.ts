import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type ApiAnswer, refused } from '../../support/api.ts';
import { platform, type SessionCaller } from '../../support/candidates.ts';
import { operatorDeclaration } from '../../support/operator.ts';
import { startServer, type TestServer } from '../../support/server.ts';

type Refusal = readonly [status: number, code: string, path?: string];

describe('state_data, at a save and of a new session', () => {
  let server: TestServer;
  let service: SessionCaller;
  let id: string;
  let candidate: string;
  before(async () => {
    server = await startServer({ yaml: operatorDeclaration });
    service = await platform(server);
  });
  after(() => server.close());
  beforeEach(async () => {
    [{ id }, candidate] = await Promise.all([service.started(), service.candidate()]);
  });

  const create = (text: string | Buffer) =>
    service.call(
      'POST',
      `/v1/candidates/${candidate}/sessions`,
      Buffer.concat([Buffer.from('{"assessment":"a","state_data":'), Buffer.from(text), Buffer.from('}')]),
    );

  const holds = ({ text }: ApiAnswer, data: string) => {
    const [, held] = /"state_data":(.*),"version":/s.exec(text) ?? [];
    assert.equal(held, data);
  };

  /** That it is read as this very text, and that its hash is that of the text. */
  async function isKept(sent: string, data = sent): Promise<void> {
    const current = await service.read(id);
    assert.equal((await service.save(id, Number(current['version']), sent)).status, 200, sent);
    holds(await service.call('GET', `/v1/sessions/${id}`), data);
    const made = await create(sent);
    assert.equal(made.status, 201, sent);
    holds(made, data);
    const hash = createHash('sha256').update(data).digest('hex');
    for (const one of [id, String(made.body['id'])]) {
      assert.equal((await service.history(one)).at(-1)?.['state_hash'], hash, sent);
    }
    await service.step(String(made.body['id']), 'terminate');
  }

  /** Also where it begins: nothing was saved, and nothing made. */
  async function isRefused(sent: string | Buffer, [status, code, path]: Refusal): Promise<void> {
    const what = sent.toString().slice(0, 40);
    const before = await service.call('GET', `/v1/sessions/${id}`);
    const saved = await service.save(id, 1, sent);
    const made = await create(sent);
    for (const answer of [saved, made]) assert.deepEqual(refused(answer), [status, code], what);
    if (path !== undefined) {
      assert.equal(firstPath(saved), path, what);
      assert.equal(firstPath(made), path === '' ? 'state_data' : `state_data.${path}`, what);
    }
    assert.equal((await service.call('GET', `/v1/sessions/${id}`)).text, before.text, what);
    assert.equal((await service.history(id)).length, 2);
    const { items } = await service.told(200, 'GET', `/v1/candidates/${candidate}/sessions`);
    assert.deepEqual(items, []);
  }

  const firstPath = ({ body }: ApiAnswer) => (body['errors'] as { path: string }[])[0]?.path;

  it('is read as the very text that was sent, whatever JSON holds', async () => {
    for (const text of [
      '{}',
      '{"1":2,"2":1,"__proto__":{"a":1},"constructor":null,"ü 🎓":[true,[],{}],"a\\nb":"\u2028\u{1f393}\ufffd"}',
      '{"n":[0,-1,0.1,-0.5,0.30000000000000004,1e+21,5e-324,1.7976931348623157e+308]}',
      '{"n":[9007199254740991,9007199254740992,9007199254740994,-12345678901234567000]}',
      '{"a":{"b":{"c":1},"c":1},"b":[{"a":1},{"a":1}],"":"a\\":"}',
      '{"a":"9007199254740993","b":", 9007199254740993 1e400: 1e400","c":"\\",\\"a\\":1e400,\\"a\\":\\\\"}',
      `{"n":${'[1,'.repeat(63)}1${']'.repeat(63)}}`,
    ]) {
      await isKept(text);
    }
  });

  it('has its members’ own names, whatever objects were read before', async () => {
    await isKept('{"h":[],"\\\\":0}');
    await isKept('{"h":1,"\\"":[{"\\n":2}]}');
    await isKept('{"k":[],"ab\\\\":0,"__proto__":{}}');
    await isKept('{"k":1,"ab\\"":{"2":1,"a":0}}');
  });

  it('is spelled as JSON.stringify does, and is the same', async () => {
    await isKept(
      ' {"b": 1.10, "a" :\n[1e3, 0.00000000000000000000, 1E0021, 1000e-0003, -0], "2": "\\u0061\\/", "1": 0}\t',
      '{"1":0,"2":"a/","b":1.1,"a":[1000,0,1e+21,1,0]}',
    );
  });

  it('of a number that a double cannot hold is refused at its place', async () => {
    for (const number of [
      ...[
        '9007199254740993',
        '-9007199254740993',
        '18446744073709551615',
        '9007199254740993e0',
        '12345678901234567.0001',
      ],
      ...['0.1234567890123456789', '3.141592653589793238', '123456789.123456789012', '1.00000000000000000000000000001'],
      ...['1e400', '-1e400', '1E+999', '1e-400', '2e-324', '1e99999999999999999999', '1e-99999999999999999999'],
    ]) {
      await isRefused(`{"id":${number}}`, [422, 'invalid_body', 'id']);
      await isRefused(`{"1:a":[1,{"b": ${number} }]}`, [422, 'invalid_body', '1:a.1.b']);
    }
    await isRefused(`{"n":1.${'0'.repeat(200_000)}1}`, [422, 'invalid_body', 'n']);
  });

  it('of members that share a name is refused at their place', async () => {
    for (const [text, path] of [
      ['{"a":1,"a":2}', 'a'],
      ['{"a":1,"a":1}', 'a'],
      ['{"a":1,"b":2,"\\u0061" :3}', 'a'],
      ['{"x":[0,{"b":{"c":1},"b":{}}]}', 'x.1.b'],
      ['{"__proto__":1,"__proto__":2}', '__proto__'],
      ['{"1":{"c":1},"1":{"c":1,"d":1}}', '1'],
      ['{"a\\":":{"\\\\":1,"\\\\":2}}', 'a":.\\'],
      [`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"a":1}`, 'a'],
      ['{"a":9007199254740992,"b":9007199254740992,"b":1}', 'b'],
    ] as const) {
      await isRefused(text, [422, 'invalid_body', path]);
    }
  });

  it('of bytes that are no UTF-8 is no JSON', async () => {
    for (const bytes of ['fc', '80', 'c0af', 'eda080', 'f4908080', 'e282']) {
      const odd = Buffer.from(bytes, 'hex');
      await isRefused(Buffer.concat([Buffer.from('{"a":"'), odd, Buffer.from('"}')]), [400, 'bad_request']);
      await isRefused(Buffer.concat([Buffer.from('{"'), odd, Buffer.from('":1}')]), [400, 'bad_request']);
    }
    await isRefused('{"a":', [400, 'bad_request']);
    await isRefused(`{"${'\\"'.repeat(100_000)}`, [400, 'bad_request']);
  });

  it('that is no object, cannot be stored, or is nested without end, is refused at its place', async () => {
    const deep = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels);
    for (const [text, path] of [
      ['[]', ''],
      ['null', ''],
      ['"text"', ''],
      ['5', ''],
      ['{"a":"x\\u0000y"}', 'a'],
      ['{"a":[1,{"b":"\\ud800"}]}', 'a.1.b'],
      ['{"a":"\\udc00\\ud800"}', 'a'],
      ['{"a":{"\\u0000":1}}', 'a'],
      ['{"\\ud800":1}', ''],
      [`{"a":${deep(1000, '[', ']')}}`, `a${'.0'.repeat(64)}`],
      [`{"a":${deep(1000, '{"a":', '}').replace(':}', ':1}')}}`, `a${'.a'.repeat(64)}`],
      [`{"a":${deep(100_000, '[', ']')}}`, `a${'.0'.repeat(64)}`],
      [`{"a":${deep(100_000, '[', ']')},"b":1e400,"b":1}`, `a${'.0'.repeat(64)}`],
    ] as const) {
      await isRefused(text, [422, 'invalid_body', path]);
    }
  });
});
