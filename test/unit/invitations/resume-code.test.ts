import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { isResumeCode } from '../../../src/invitations/index.ts';
import { digestsOf, newResumeCode } from '../../../src/invitations/resume-code.ts';

const [older, newer] = [randomBytes(32), randomBytes(32)];
const hex = (digests: readonly Buffer[]) => digests.map((digest) => digest.toString('hex'));

describe('a resume code', () => {
  it('has eight signs in two groups, none of which is mistaken for another or makes a word', () => {
    const codes = Array.from({ length: 500 }, newResumeCode);
    for (const code of codes) assert.match(code, /^[B-Z2-9]{4}-[B-Z2-9]{4}$/);
    const signs = new Set(codes.join('').replaceAll('-', ''));
    assert.equal(signs.size, 28);
    for (const sign of 'AEIOU01L') assert.ok(!signs.has(sign), sign);
    assert.equal(new Set(codes).size, codes.length);
  });

  it('is the same however it is typed', () => {
    for (const typed of ['K7MW-92QF', 'k7mw92qf', ' K7MW 92QF ', 'k7-mw-92-qf']) {
      assert.ok(isResumeCode(typed), typed);
      assert.deepEqual(digestsOf(typed, [older]), digestsOf('K7MW-92QF', [older]));
    }
    for (const typed of ['', 'K7MW-92Q', 'K7MW-92QFF', 'K7MW-92QA', 'K7MW-92Q0', '７7MW-92QF'])
      assert.ok(!isResumeCode(typed), typed);
  });

  it('[46] is known by the master key alone, also by the one before', () => {
    const [made = ''] = hex(digestsOf('K7MW-92QF', [older]));
    assert.ok(hex(digestsOf('K7MW-92QF', [newer, older])).includes(made));
    assert.ok(!hex(digestsOf('K7MW-92QF', [newer])).includes(made));
    assert.ok(!hex(digestsOf('K7MW-92QG', [newer, older])).includes(made));
  });
});
