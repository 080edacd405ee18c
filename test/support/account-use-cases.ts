import {
  changeLanguage,
  changeName,
  changeUser,
  disableUser,
  enableUser,
  eraseDueAccounts,
  eraseUser,
  keepAccount,
  requestDeletion,
} from '../../src/accounts/index.ts';
import { somebody, withSession } from './somebody.ts';
import type { UseCase } from './use-case.ts';

const DAY = 86_400;

/** What becomes of an account that there is: changed, disabled, erased. */
export const ACCOUNT_USE_CASES: readonly UseCase[] = [
  {
    does: 'changing a name',
    tells: ['identity.user.updated.v1'],
    async prepare({ parts }) {
      const { id } = await somebody(parts);
      return () => changeName(parts, id, 'Grace');
    },
  },
  {
    does: 'changing a language',
    tells: ['identity.user.updated.v1'],
    async prepare({ parts }) {
      const { id } = await somebody(parts);
      return () => changeLanguage(parts, id, 'de');
    },
  },
  {
    does: 'changing name and status by an operator',
    tells: [
      'identity.session.ended.v1',
      'identity.session.ended.v1',
      'identity.user.updated.v1',
      'identity.user.disabled.v1',
    ],
    async prepare({ parts }) {
      const { user } = await withSession(parts);
      return () => changeUser(parts, user.id, { name: 'Grace', status: 'disabled' });
    },
  },
  {
    does: 'disabling',
    tells: ['identity.session.ended.v1', 'identity.session.ended.v1', 'identity.user.disabled.v1'],
    async prepare({ parts }) {
      const { user } = await withSession(parts);
      return () => disableUser(parts, user.id);
    },
  },
  {
    does: 'disabling who is disabled',
    tells: [],
    async prepare({ parts }) {
      const { id } = await somebody(parts);
      await disableUser(parts, id);
      return () => disableUser(parts, id);
    },
  },
  {
    does: 'enabling',
    tells: ['identity.user.enabled.v1'],
    async prepare({ parts }) {
      const { id } = await somebody(parts);
      await disableUser(parts, id);
      return () => enableUser(parts, id);
    },
  },
  {
    does: 'asking for an account to be deleted',
    tells: [
      'identity.session.ended.v1',
      'identity.session.ended.v1',
      'identity.user.deletion-requested.v1',
      'email.requested.v1',
    ],
    async prepare({ parts }) {
      const { user } = await withSession(parts);
      return () => requestDeletion(parts, user.id);
    },
  },
  {
    does: 'keeping it',
    tells: ['identity.user.deletion-cancelled.v1'],
    async prepare({ parts }) {
      const { id } = await somebody(parts);
      await requestDeletion(parts, id);
      return () => keepAccount(parts, id);
    },
  },
  {
    does: 'erasing it when it is due',
    tells: ['identity.user.deleted.v1'],
    async prepare({ clock, parts }) {
      const { id } = await somebody(parts);
      clock.advance(14 * DAY);
      await eraseDueAccounts(parts);
      await requestDeletion(parts, id);
      clock.advance(14 * DAY);
      return () => eraseDueAccounts(parts);
    },
  },
  {
    does: 'erasing it by an operator',
    tells: ['identity.session.ended.v1', 'identity.session.ended.v1', 'identity.user.deleted.v1'],
    async prepare({ parts }) {
      const { user } = await withSession(parts);
      return () => eraseUser(parts, user.id);
    },
  },
];
