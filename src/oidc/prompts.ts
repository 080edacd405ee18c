import { interactionPolicy } from 'oidc-provider';
import { INVITATION_ACR } from '../artifacts/index.ts';
import { maySeeAssessments } from './resources.ts';

const { base, Check, Prompt } = interactionPolicy;

/** What an application may ask for as `prompt`, as discovery tells it (Initiating User Registration 1.0, 4.1). */
export const PROMPT_VALUES = ['none', 'login', 'consent', 'create'];

/**
 * What the engine asks of a person, in this order, until nothing is left to ask. `create` is asked for by the
 * application alone: that the person makes an account, whoever is signed in (Initiating User Registration 1.0, 4).
 */
export function promptPolicy(): interactionPolicy.DefaultPolicy {
  const policy = base();
  policy.add(new Prompt({ name: 'create', requestable: true }), 0);
  policy.get('login')?.checks.add(nobodyThere());
  policy.add(
    keepAccount(),
    policy.findIndex(({ name }) => name === 'consent'),
  );
  return policy;
}

/**
 * Whoever this browser was signed in as is not there any more: a candidate whose session is over. A candidate is no user
 * either: they are signed in at applications for candidates alone, so that no other meets a subject it does not expect.
 */
function nobodyThere(): interactionPolicy.Check {
  return new Check('nobody_there', 'whoever was signed in is not known here', 'login_required', ({ oidc }) => {
    if (oidc.session?.accountId === undefined) return false;
    if (oidc.account === undefined) return true;
    return oidc.session.acr === INVITATION_ACR && oidc.client !== undefined && !maySeeAssessments(oidc.client);
  });
}

/** Whoever signs in to an account that is to be deleted says first whether they keep it: nothing is given before. */
function keepAccount(): interactionPolicy.Prompt {
  const due = new Check(
    'deletion_due',
    'the account is to be deleted',
    'interaction_required',
    ({ oidc }) => oidc.account?.['deletionDueAt'] !== undefined,
  );
  return new Prompt({ name: 'keep_account' }, due);
}
