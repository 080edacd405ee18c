import assert from 'node:assert/strict';
import {
  disableUser,
  endOtherSessions,
  endSession,
  letInProved,
  revokeGrant,
  signOutEverywhere,
  takeBackAccess,
} from '../../src/accounts/index.ts';
import { enrol, signInWith } from './accounts.ts';
import { newEmail, PASSWORD } from './relying-party.ts';
import { somebody, withGrant, withSession } from './somebody.ts';
import type { UseCase } from './use-case.ts';

/** Signing in, and the end of what somebody was signed in with. */
export const SIGN_IN_USE_CASES: readonly UseCase[] = [
  {
    does: 'signing in',
    tells: ['identity.login.succeeded.v1'],
    async prepare({ parts }) {
      const { email } = await somebody(parts);
      return () => signInWith(parts, email, PASSWORD);
    },
  },
  {
    does: 'signing in right after registering',
    tells: ['identity.login.succeeded.v1'],
    async prepare({ parts, clock }) {
      const { userId } = await enrol(parts);
      return () => letInProved(parts, userId, clock.now());
    },
  },
  {
    does: 'coming once more with the same proof, from a node whose clock is behind',
    tells: [],
    async prepare({ parts, clock }) {
      const { userId } = await enrol(parts);
      const proved = new Date(clock.now().getTime() + 500);
      await letInProved(parts, userId, proved);
      return () => letInProved(parts, userId, proved);
    },
  },
  {
    does: 'signing in with a new password after having signed in with the old one',
    tells: ['identity.login.succeeded.v1'],
    async prepare({ parts, clock }) {
      const { id, email } = await somebody(parts);
      await signInWith(parts, email, PASSWORD);
      clock.advance(1);
      return () => letInProved(parts, id, clock.now());
    },
  },
  {
    does: 'coming from a registration to an account that is disabled, or whose address has to be proved first',
    tells: [],
    async prepare({ parts }) {
      const [shut, unproved] = [await somebody(parts), await enrol(parts)];
      await disableUser(parts, shut.id);
      const strict = { ...parts, requireVerifiedEmail: true };
      return async () => {
        for (const id of [shut.id, unproved.userId])
          assert.equal(await letInProved(strict, id, parts.clock.now()), undefined);
      };
    },
  },
  {
    does: 'the right password where the address has to be proved first',
    tells: [],
    async prepare({ parts }) {
      const { email } = await enrol(parts);
      return () => signInWith({ ...parts, requireVerifiedEmail: true }, email, PASSWORD);
    },
  },
  {
    does: 'a wrong password',
    tells: ['identity.login.failed.v1'],
    alone: 'event',
    async prepare({ parts }) {
      const { email } = await somebody(parts);
      return () => signInWith(parts, email, 'another password');
    },
  },
  {
    does: 'an address that nobody has',
    tells: ['identity.login.failed.v1'],
    alone: 'event',
    async prepare({ parts }) {
      return () => signInWith(parts, newEmail(), PASSWORD);
    },
  },
  {
    does: 'ending one session',
    tells: ['identity.session.ended.v1'],
    async prepare({ parts }) {
      const { user, there } = await withSession(parts);
      return () => endSession(parts, user.id, there);
    },
  },
  {
    does: 'ending all sessions but one',
    tells: ['identity.session.ended.v1'],
    async prepare({ parts }) {
      const { user, here } = await withSession(parts);
      return () => endOtherSessions(parts, user.id, here);
    },
  },
  {
    does: 'signing out everywhere',
    tells: ['identity.session.ended.v1', 'identity.session.ended.v1'],
    async prepare({ parts }) {
      const { user } = await withSession(parts);
      return () => signOutEverywhere(parts, user.id);
    },
  },
  {
    does: 'taking back what an application was allowed',
    tells: ['identity.token.revoked.v1'],
    async prepare({ parts }) {
      const { user } = await withGrant(parts);
      return () => takeBackAccess(parts, user.id, 'shop');
    },
  },
  {
    does: 'revoking a grant',
    tells: ['identity.token.revoked.v1'],
    async prepare({ parts }) {
      const { user, grantId } = await withGrant(parts);
      return () => revokeGrant(parts, user.id, grantId);
    },
  },
];
