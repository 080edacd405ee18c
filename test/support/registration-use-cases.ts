import assert from 'node:assert/strict';
import { createUser, findUser, importUsers, register, verifyEmail, verifyUser } from '../../src/accounts/index.ts';
import { requestVerification } from '../../src/accounts/verify-email.ts';
import { enrol } from './accounts.ts';
import { newEmail, PASSWORD } from './relying-party.ts';
import { somebody } from './somebody.ts';
import type { UseCase } from './use-case.ts';

/** How somebody comes to have an account, and their address to be proved. */
export const REGISTRATION_USE_CASES: readonly UseCase[] = [
  {
    does: 'registering',
    tells: ['identity.user.registered.v1', 'identity.email.verification-requested.v1', 'email.requested.v1'],
    async prepare({ parts }) {
      return () => register(parts, { email: newEmail(), password: PASSWORD, name: undefined });
    },
  },
  {
    does: 'registering an address that somebody has registered and not proved',
    tells: ['identity.email.verification-requested.v1', 'email.requested.v1'],
    async prepare({ parts }) {
      const { email } = await enrol(parts);
      return () => register(parts, { email, password: PASSWORD, name: undefined });
    },
  },
  {
    does: 'registering an address that is somebody’s',
    tells: ['email.requested.v1'],
    async prepare({ parts }) {
      const { email } = await somebody(parts);
      return () => register(parts, { email, password: PASSWORD, name: undefined });
    },
  },
  {
    does: 'making an account for somebody',
    tells: ['identity.user.registered.v1', 'email.requested.v1'],
    async prepare({ parts }) {
      return () =>
        createUser(
          parts,
          { email: newEmail(), name: undefined, locale: undefined, emailVerified: false, password: undefined },
          'mail',
        );
    },
  },
  {
    does: 'importing two users of whom one is there already',
    tells: ['identity.user.registered.v1'],
    async prepare({ parts }) {
      const { email } = await somebody(parts);
      async function* lines() {
        for (const [at, each] of [email, newEmail()].entries())
          yield { number: at + 1, text: Buffer.from(JSON.stringify({ email: each })) };
      }
      return () => importUsers(parts, lines(), { dryRun: false, onBadLine: () => assert.fail() });
    },
  },
  {
    does: 'asking for another proof',
    tells: ['identity.email.verification-requested.v1', 'email.requested.v1'],
    async prepare({ clock, parts }) {
      const { email } = await enrol(parts);
      clock.advance(3600);
      return () => requestVerification(parts, email);
    },
  },
  {
    does: 'proving an address',
    tells: ['identity.email.verified.v1'],
    async prepare({ parts }) {
      const { token } = await enrol(parts);
      return () => verifyEmail(parts, { token });
    },
  },
  {
    does: 'an operator’s word for an address',
    tells: ['identity.email.verified.v1'],
    async prepare({ db, parts }) {
      const user = (await findUser(db, (await enrol(parts)).userId)) ?? assert.fail();
      return () => verifyUser(parts, user);
    },
  },
];
