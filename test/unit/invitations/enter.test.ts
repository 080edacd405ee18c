import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { enter } from '../../../src/invitations/index.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { invited } from '../../support/coming-in-use-cases.ts';
import { openTestDatabase } from '../../support/database.ts';
import { type Scene, sceneOn } from '../../support/use-case.ts';

describe('coming in by a link', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let scene: Scene;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    scene = sceneOn(db);
  });
  after(() => close());

  const stateOf = async (id: string) => {
    const [session] = await db('assessment_sessions').where({ id }).select('active_device');
    const [invitation] = await db('invitations').where({ session_id: id }).select('used_at');
    return { isUsed: invitation.used_at !== null, device: session.active_device };
  };
  const device = newId();

  it('uses it up, and gives the session to the device', async () => {
    const { id, proof, signIn } = await invited(scene);
    assert.equal(await enter(scene.invitations, proof, { device, signIn }), true);
    assert.deepEqual(await stateOf(id), { isUsed: true, device });
  });

  it('uses nothing up where it lets nobody in: the session is over, or the sign-in has ended meanwhile', async () => {
    const over = await invited(scene);
    scene.candidates.time.advance(61);
    assert.equal(await enter(scene.invitations, over.proof, { device, signIn: over.signIn }), false);
    assert.deepEqual(await stateOf(over.id), { isUsed: false, device: null });

    const ended = await invited(scene);
    const signIn = { uid: newId(), id: newId() };
    assert.equal(await enter(scene.invitations, ended.proof, { device, signIn }), false);
    assert.deepEqual(await stateOf(ended.id), { isUsed: false, device: null });
    assert.equal(await enter(scene.invitations, ended.proof, { device, signIn: ended.signIn }), true);
  });
});
