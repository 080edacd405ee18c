import assert from 'node:assert/strict';
import bcrypt from 'bcrypt';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import {
  type AccountParts,
  authenticate,
  findUser,
  HashQueue,
  PasswordHashing,
  register,
  resetPassword,
} from '../../../src/accounts/index.ts';
import { Problem } from '../../../src/kernel/problem.ts';
import { accountParts, enrol, hashingInFull, signInWith } from '../../support/accounts.ts';
import { foreignHashes } from '../../support/foreign-hashes.ts';
import { argon2HashesOf, hashingOf } from '../../support/password-hashing.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { PASSWORD } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const SHORT = 'Käse & 7'; // another system took it; here it would be too short
const PRESENT = /^\$argon2id\$v=19\$m=19456,p=1,t=2\$/;

/** Less than is set. */
const LESS = 10_000;

const hashingWith = (memoryKib: number, waiting = 100) =>
  new PasswordHashing({ memoryKib, passes: 2 }, new HashQueue({ concurrency: 2, waiting }));

describe('signing in by password', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let wire: Wire;
  let parts: AccountParts;
  const clock = new TestClock();
  before(async () => {
    const database = await createTestDatabase();
    wire = await tapWire(database.url);
    db = createDatabase(wire.url);
    parts = hashingInFull(accountParts(db, clock));
    await parts.passwords.hashing.warm();
    close = async () => {
      await db.destroy();
      await wire.close();
      await database.drop();
    };
  });
  after(() => close());

  /** Somebody whose hash is this one. */
  const somebody = async (passwordHash: string | null, status = 'active') => {
    const { userId, email } = await enrol(parts);
    await db('users').where({ id: userId }).update({ password_hash: passwordHash, status });
    return { userId, email };
  };
  const rowOf = (id: string) => db('users').where({ id }).first();

  it('[29] is one verification, one look, one count and one event for whoever it is not: known, unknown, disabled, without a password', async () => {
    const hash = await parts.passwords.hashing.hash(PASSWORD);
    const tries: Record<string, [email: string, password: string]> = {
      'a wrong password': [(await somebody(hash)).email, `${PASSWORD}.`],
      'an unknown address': ['nobody@example.com', PASSWORD],
      'no password': [(await somebody(null)).email, PASSWORD],
      'a hash that nobody can read': [(await somebody('x')).email, 'x'],
      'a disabled account, wrong': [(await somebody(hash, 'disabled')).email, `${PASSWORD}.`],
      'a disabled account, right': [(await somebody(hash, 'disabled')).email, PASSWORD],
      'no character': ['nobody@example.com', ''],
      '1000 characters': ['nobody@example.com', 'x'.repeat(1000)],
    };
    for (const [whose, [email, password]] of Object.entries(tries)) {
      let statements: string[] = [];
      const hashes = await argon2HashesOf(async () => {
        statements = await wire.statementsOf(async () => {
          assert.equal(await signInWith(parts, email, password), undefined, whose);
        });
      });
      assert.equal(hashes, 1, whose);
      assert.equal(statements.length, 1 + 1 + 1, `${whose}: ${statements}`);
    }
  });

  it('[29] looks at nothing for a password that is longer than any can be', async () => {
    const { email } = await somebody(await parts.passwords.hashing.hash(PASSWORD));
    for (const address of [email, 'nobody@example.com']) {
      const signIn = { email: address, password: 'x'.repeat(1001), caller: { network: '127.0.0.1' } };
      const hashes = await hashingOf(async () => {
        const statements = await wire.statementsOf(async () => {
          assert.deepEqual(await authenticate(parts, signIn), { problem: 'password_too_long' });
        });
        assert.deepEqual(statements, []);
      });
      assert.deepEqual(hashes, []);
    }
  });

  it('[29] is one verification and two statements for whoever it is, and two for the limits', async () => {
    const { email, userId } = await somebody(await parts.passwords.hashing.hash(PASSWORD));
    let statements: string[] = [];
    const hashes = await argon2HashesOf(async () => {
      statements = await wire.statementsOf(async () => {
        assert.equal((await signInWith(parts, email, PASSWORD))?.id, userId);
      });
    });
    assert.deepEqual([hashes, statements.length], [1, 2 + 2]);
    assert.deepEqual((await findUser(db, userId))?.lastLoginAt, clock.now());
  });

  it('[29] costs as much for an unknown address as for a known one, also the first after a start', async () => {
    const { email } = await somebody(await parts.passwords.hashing.hash(PASSWORD));
    const counts: number[][] = [];
    for (const address of [email, 'nobody@example.com']) {
      const started = { ...parts, passwords: { ...parts.passwords, hashing: hashingWith(19_456) } };
      const wrong = () => argon2HashesOf(() => signInWith(started, address, `${PASSWORD}.`));
      counts.push([await wrong(), await wrong()]);
    }
    assert.deepEqual(counts[0], counts[1]);
    assert.equal(counts[0]?.[1], 1);
  });

  it('[29] checks an unknown address against a hash of the parameters that are set now, which matches nobody', async () => {
    const hashing = hashingWith(155_648);
    const dummy = await hashing.warm();
    assert.match(dummy, /\$m=155648,/);
    assert.equal(await hashing.verify(dummy, 'nobody has this password'), true, 'it is a hash like any other');
    assert.equal(await hashing.verify(undefined, 'nobody has this password'), false);
  });

  it('[29] fails for a hash that breaks its library as for an unknown address, and says so without the hash', async () => {
    const hash = (await foreignHashes(SHORT))['bcrypt 2b'] ?? '';
    const { email } = await somebody(hash);
    const told: unknown[] = [];
    const hashing = new PasswordHashing({ memoryKib: 19_456, passes: 2 }, parts.passwords.hashing.queue, (error) =>
      told.push(error),
    );
    await hashing.warm();
    const { compare } = bcrypt;
    // No hash that is let in is known to do it; a library's next version, or a machine without memory, may.
    bcrypt.compare = () => Promise.reject(new RangeError('cannot go on'));
    try {
      const broken = { ...parts, passwords: { ...parts.passwords, hashing } };
      const hashes = await hashingOf(async () => assert.equal(await signInWith(broken, email, SHORT), undefined));
      assert.deepEqual(hashes, ['argon2']);
    } finally {
      bcrypt.compare = compare;
    }
    assert.deepEqual(told, [new RangeError('cannot go on')]);
  });

  it('takes a hash of any other system, also of a short password, by one verification, and makes it ours', async () => {
    const kinds = Object.entries(await foreignHashes(SHORT));
    for (const [kind, hash] of kinds) {
      const { userId, email } = await somebody(hash);
      const algorithm = /argon2|bcrypt|scrypt|pbkdf2/.exec(kind.toLowerCase())?.[0] ?? '';
      assert.deepEqual(await hashingOf(() => signInWith(parts, email, 'käse & 7')), [algorithm], kind);
      assert.equal((await rowOf(userId)).password_hash, hash, kind);

      const signIn = async () => assert.equal((await signInWith(parts, email, SHORT))?.id, userId, kind);
      assert.deepEqual(await hashingOf(signIn), [algorithm, 'argon2'], kind);
      const { password_hash: replaced, last_login_at } = await rowOf(userId);
      assert.match(replaced, PRESENT, kind);
      assert.deepEqual(last_login_at, clock.now());

      assert.deepEqual(await hashingOf(signIn), ['argon2'], kind);
      assert.equal((await rowOf(userId)).password_hash, replaced, kind);
    }
    assert.ok(kinds.length >= 9);
  });

  it('replaces a weaker hash, and a foreign one, by one statement', async () => {
    for (const hash of [await hashingWith(LESS).hash(PASSWORD), (await foreignHashes(PASSWORD))['bcrypt 2b'] ?? '']) {
      const { userId, email } = await somebody(hash);
      const statements = await wire.statementsOf(() => signInWith(parts, email, PASSWORD));
      assert.equal(statements.length, 2 + 2);
      assert.match((await rowOf(userId)).password_hash, PRESENT);
    }
  });

  it('raises a hash when stronger settings are made, and keeps it when weaker ones are', async () => {
    const { userId, email } = await somebody(await parts.passwords.hashing.hash(PASSWORD));
    const becomesWith = async (memoryKib: number) => {
      const passwords = { ...parts.passwords, hashing: hashingWith(memoryKib) };
      assert.ok(await signInWith({ ...parts, passwords }, email, PASSWORD));
      return (await rowOf(userId)).password_hash as string;
    };
    const raised = await becomesWith(20_000);
    assert.match(raised, /^\$argon2id\$v=19\$m=20000,p=1,t=2\$/);
    assert.equal(await becomesWith(19_456), raised);
  });

  it('raises whatever is weaker in a hash, and lowers nothing that can be had beside it', () => {
    const set = { memoryKib: 19_456, passes: 2 };
    const hashing = new PasswordHashing(set, new HashQueue({ concurrency: 1, waiting: 1 }));
    for (const [parameters, raised] of [
      ['v=19$m=19456,p=1,t=2', undefined],
      ['v=19$m=65536,t=3,p=4', undefined],
      ['v=19$m=19456,p=1,t=3', undefined],
      ['v=19$m=19456,p=1,t=1', set],
      ['v=19$m=19455,p=1,t=2', set],
      ['v=16$m=65536,p=1,t=3', set],
      ['v=19$m=20000,p=1,t=1', { memoryKib: 20_000, passes: 2 }],
      ['v=19$m=8192,p=1,t=3', { memoryKib: 19_456, passes: 3 }],
      // Both at their most would take so long to check that nobody were let in by it.
      ['v=19$m=8192,p=1,t=100', set],
    ] as const)
      assert.deepEqual(hashing.strongerThan(`$argon2id$${parameters}$c2FsdA$aGFzaA`), raised, parameters);
    assert.deepEqual(hashing.strongerThan('$argon2i$v=19$m=65536,p=1,t=3$c2FsdA$aGFzaA'), set);
  });

  /** Verifies like any other; `meanwhile` happens after the first look and before it is answered. */
  const overtaken = (meanwhile: () => Promise<unknown>): AccountParts => {
    class Overtaken extends PasswordHashing {
      #looks = 0;
      override async verify(hash: string | undefined, password: string): Promise<boolean> {
        const matches = await super.verify(hash, password);
        this.#looks += 1;
        if (this.#looks === 1) await meanwhile();
        return matches;
      }
    }
    const hashing = new Overtaken({ memoryKib: 19_456, passes: 2 }, parts.passwords.hashing.queue);
    return { ...parts, passwords: { ...parts.passwords, hashing } };
  };

  it('[33] lets nobody in by a password that was changed, or to an account that was disabled, while it was verified', async () => {
    const changed = await parts.passwords.hashing.hash('a password set meanwhile');
    for (const memoryKib of [19_456, LESS]) {
      for (const update of [{ password_hash: changed }, { password_hash: null }, { status: 'disabled' }]) {
        const old = await hashingWith(memoryKib).hash(PASSWORD);
        const { userId, email } = await somebody(old);
        const late = overtaken(() => db('users').where({ id: userId }).update(update));
        for (const tries of [late, parts, parts, parts, parts])
          assert.equal(await signInWith(tries, email, PASSWORD), undefined);
        const { password_hash, last_login_at } = await rowOf(userId);
        assert.deepEqual(
          [password_hash, last_login_at],
          [update.password_hash === undefined ? old : update.password_hash, null],
        );
        const closed = await authenticate(parts, { email, password: PASSWORD, caller: { network: '127.0.0.1' } });
        assert.equal('problem' in closed && closed.problem, 'too_many_tries', 'the first one counted as well');
      }
    }
  });

  it('lets in whoever has the right password, when sign-ins at the same time raise its hash', async () => {
    const { userId, email } = await somebody(await hashingWith(LESS).hash(PASSWORD));
    const late = overtaken(() => signInWith(parts, email, PASSWORD));
    assert.equal((await signInWith(late, email, PASSWORD))?.id, userId);
    const other = await somebody(await hashingWith(LESS).hash(PASSWORD));
    const several = await Promise.all([1, 2, 3, 4].map(() => signInWith(parts, other.email, PASSWORD)));
    assert.deepEqual(
      several.map((user) => user?.id),
      several.map(() => other.userId),
    );
    for (const id of [userId, other.userId]) assert.match((await rowOf(id)).password_hash, PRESENT);
  });

  it('raises no hash of a disabled account: who guessed its password learns nothing by the time it takes', async () => {
    const hash = (await foreignHashes(SHORT))['bcrypt 2b'] ?? '';
    const { userId, email } = await somebody(hash, 'disabled');
    assert.deepEqual(await hashingOf(() => signInWith(parts, email, SHORT)), ['bcrypt']);
    assert.equal((await rowOf(userId)).password_hash, hash);
  });

  it('succeeds when the queue is too full to raise the hash; another sign-in will', async () => {
    const old = await hashingWith(LESS).hash(PASSWORD);
    const { userId, email } = await somebody(old);
    class Crowded extends PasswordHashing {
      override hash(): Promise<string> {
        return hashingWith(19_456, 0).hash('');
      }
    }
    const hashing = new Crowded({ memoryKib: 19_456, passes: 2 }, parts.passwords.hashing.queue);
    assert.ok(await signInWith({ ...parts, passwords: { ...parts.passwords, hashing } }, email, PASSWORD));
    assert.equal((await rowOf(userId)).password_hash, old);
  });

  it('[R12] is refused before any work when too many wait, and so are registering and resetting', async () => {
    const full = { ...parts, passwords: { ...parts.passwords, hashing: hashingWith(19_456, 0) } };
    const { email, userId } = await somebody(await parts.passwords.hashing.hash(PASSWORD));
    const isBusy = (error: unknown) => error instanceof Problem && error.code === 'busy' && error.status === 503;
    const registration = { email: 'late@example.com', password: PASSWORD, name: undefined };
    let statements: string[] = [];
    const hashes = await hashingOf(async () => {
      statements = await wire.statementsOf(async () => {
        for (const address of [email, 'nobody@example.com'])
          await assert.rejects(signInWith(full, address, PASSWORD), isBusy);
        await assert.rejects(register(full, registration), isBusy);
        await assert.rejects(resetPassword(full, 'a token', PASSWORD), isBusy);
      });
    });
    assert.deepEqual([hashes, statements], [[], []]);
    assert.equal((await findUser(db, userId))?.lastLoginAt, undefined);
  });
});
