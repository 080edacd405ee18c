import { requestEmailChange } from '../../src/accounts/change-email.ts';
import {
  type AccountParts,
  changePassword,
  confirmEmailChange,
  makePasswordLink,
  resetPassword,
} from '../../src/accounts/index.ts';
import { requestReset } from '../../src/accounts/reset-password.ts';
import { enrol, queuedMails, tokenOf } from './accounts.ts';
import { newEmail, PASSWORD } from './relying-party.ts';
import { somebody, withSession } from './somebody.ts';
import type { UseCase } from './use-case.ts';

const lastToken = async (parts: AccountParts, email: string) => tokenOf((await queuedMails(parts, email)).at(-1));

/** What somebody signs in with: another password, another address. */
export const CREDENTIAL_USE_CASES: readonly UseCase[] = [
  {
    does: 'asking for a link to set a password',
    tells: ['identity.password.reset-requested.v1', 'email.requested.v1'],
    async prepare({ parts }) {
      const { email } = await somebody(parts);
      return () => requestReset(parts, email);
    },
  },
  {
    does: 'printing a link to set a password',
    tells: ['identity.password.reset-requested.v1'],
    async prepare({ parts }) {
      const user = await somebody(parts);
      return () => makePasswordLink(parts, user);
    },
  },
  {
    does: 'setting a password by a mail’s link, which proves the address, too',
    tells: ['identity.password.changed.v1', 'identity.email.verified.v1', 'email.requested.v1'],
    async prepare({ parts }) {
      const { email } = await enrol(parts);
      await requestReset(parts, email);
      const token = await lastToken(parts, email);
      return () => resetPassword(parts, token, `${PASSWORD} anew`);
    },
  },
  {
    does: 'changing a password',
    tells: ['identity.password.changed.v1', 'identity.session.ended.v1', 'email.requested.v1'],
    async prepare({ parts }) {
      const { user, here } = await withSession(parts);
      return () => changePassword(parts, user, here, `${PASSWORD} anew`);
    },
  },
  {
    does: 'asking for another address',
    tells: ['identity.email.change-requested.v1', 'email.requested.v1'],
    async prepare({ parts }) {
      const { id } = await somebody(parts);
      return () => requestEmailChange(parts, id, newEmail());
    },
  },
  {
    does: 'proving another address',
    tells: ['identity.email.changed.v1', 'email.requested.v1'],
    async prepare({ parts }) {
      const [{ id }, email] = [await somebody(parts), newEmail()];
      await requestEmailChange(parts, id, email);
      const token = await lastToken(parts, email);
      return () => confirmEmailChange(parts, token);
    },
  },
];
