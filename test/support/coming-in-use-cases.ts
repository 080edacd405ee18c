import assert from 'node:assert/strict';
import { enter, invite, makeResumeCode } from '../../src/invitations/index.ts';
import { newId } from '../../src/kernel/ids.ts';
import { startSession } from './assessments.ts';
import { openSession } from './somebody.ts';
import type { Scene, UseCase } from './use-case.ts';

const device = newId();

/** A session that ends within the minute, the link to it, and a sign-in of its candidate that can come in by it. */
export async function invited({ candidates, invitations }: Scene) {
  const { id, candidateId } = await startSession(candidates, { durationSeconds: 60 });
  const link = await invite(invitations, id, { clientId: 'web', app: 'Web', lifetime: 600, mail: undefined });
  if ('problem' in link) assert.fail(link.problem);
  const signIn = { uid: await openSession(candidates.db, candidateId), id: newId() };
  return { id, candidateId, signIn, proof: { token: new URL(link.url).searchParams.get('token') ?? '' } };
}

/** Candidates who come in by a link or a code, or do not. */
export const COMING_IN_USE_CASES: readonly UseCase[] = [
  {
    does: 'coming in by a link, where the candidate was signed in before',
    tells: ['identity.session.ended.v1', 'identity.login.succeeded.v1'],
    async prepare(scene) {
      const { candidateId, signIn, proof } = await invited(scene);
      const instead = { accountId: candidateId, uid: await openSession(scene.candidates.db, candidateId) };
      return () => enter(scene.invitations, proof, { device, signIn, instead });
    },
  },
  {
    does: 'coming in by a code',
    tells: ['identity.login.succeeded.v1'],
    async prepare(scene) {
      const { id, signIn } = await invited(scene);
      const made = await makeResumeCode(scene.invitations, id, { clientId: 'web', lifetime: 600 });
      if ('problem' in made) assert.fail(made.problem);
      return () => enter(scene.invitations, { code: made.code }, { device, signIn });
    },
  },
  {
    does: 'coming by a link that was used',
    tells: [],
    async prepare(scene) {
      const { signIn, proof } = await invited(scene);
      await enter(scene.invitations, proof, { device, signIn });
      return () => enter(scene.invitations, proof, { device, signIn });
    },
  },
  {
    does: 'coming by a link to a session that is over',
    tells: [],
    async prepare(scene) {
      const { signIn, proof } = await invited(scene);
      scene.candidates.time.advance(61);
      return () => enter(scene.invitations, proof, { device, signIn });
    },
  },
];
