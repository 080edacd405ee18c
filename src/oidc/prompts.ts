import { interactionPolicy } from 'oidc-provider';

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
  policy.add(
    keepAccount(),
    policy.findIndex(({ name }) => name === 'consent'),
  );
  return policy;
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
