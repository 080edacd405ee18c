import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { cursorsOf } from '../../../src/api/cursor.ts';
import { pageOf } from '../../../src/api/page.ts';
import { Problem } from '../../../src/kernel/problem.ts';

const ID = '018f4f3e-0000-7000-8000-000000000000';
const [newest, older, strange] = [randomBytes(32), randomBytes(32), randomBytes(32)];

describe('a cursor', () => {
  const users = cursorsOf('/v1/users', [newest, older]);
  const filters = { q: 'ada', status: 'all' };
  const cursor = users.seal(ID, filters) ?? '';

  function assertRefused(bad: string, { list = users, its = filters as object } = {}): void {
    const open = () => list.open(bad, its as typeof filters);
    assert.throws(open, (error) => error instanceof Problem && error.status === 400 && error.code === 'invalid_cursor');
  }

  it('holds where a reader is, unseen; nothing where there is nothing to come', () => {
    assert.equal(users.open(cursor, filters), ID);
    assert.match(cursor, /^[A-Za-z0-9_-]{98}$/);
    assert.ok(!Buffer.from(cursor, 'base64url').includes(ID));
    assert.equal(users.seal(undefined, filters), null);
    assert.equal(users.open(undefined, filters), undefined);
  });

  it('[43] is good for its list and filters alone', () => {
    assertRefused(cursor, { its: { ...filters, q: 'bob' } });
    assertRefused(cursor, { its: { q: 'ada' } });
    assertRefused(cursor, { its: {} });
    assertRefused(cursor, { list: cursorsOf('/v1/candidates', [newest, older]) });
  });

  it('[43] is nobody else’s to make: made up, cut, longer, or with any byte changed', () => {
    for (const bad of ['', ' ', '0', ID, Buffer.from(ID).toString('base64url'), 'x'.repeat(98), 'x'.repeat(16_000)])
      assertRefused(bad);
    for (const bad of [cursor.slice(1), cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, ` ${cursor}`, `${cursor}!`])
      assertRefused(bad);
    const bytes = Buffer.from(cursor, 'base64url');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ change;
        assertRefused(changed.toString('base64url'));
      }),
    );
    assertRefused(cursorsOf('/v1/users', [strange]).seal(ID, filters) ?? '');
  });

  it('outlives a new master key, and ends with its own', () => {
    const before = cursorsOf('/v1/users', [older]).seal(ID, filters) ?? '';
    assert.equal(users.open(before, filters), ID);
    assertRefused(before, { list: cursorsOf('/v1/users', [newest]) });
  });
});

describe('a page of a short list', () => {
  const keyOf = (key: string) => key;

  it('comes in the order of the keys, each item once, whatever the size of a page', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 5 }), (all, limit) => {
        const seen: string[] = [];
        for (let after: string | undefined, more = true; more; more = after !== undefined) {
          const { items, next } = pageOf(all, keyOf, { after, limit });
          assert.ok(items.length <= limit);
          seen.push(...items);
          after = next;
        }
        assert.deepEqual(seen, [...all].sort());
      }),
    );
  });

  it('goes on where the one before ended, though that item is gone meanwhile', () => {
    const { items, next } = pageOf(['c', 'a', 'b'], keyOf, { after: undefined, limit: 2 });
    assert.deepEqual([items, next], [['a', 'b'], 'b']);
    assert.deepEqual(pageOf(['c', 'a'], keyOf, { after: next, limit: 2 }), { items: ['c'], next: undefined });
  });
});
