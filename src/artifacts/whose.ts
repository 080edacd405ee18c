/** How somebody was signed in who came by an invitation (OIDC Core 2, `acr`): no user was. */
export const INVITATION_ACR = 'urn:gatehouse:acr:invitation';

/** As much of a sign-in as tells whose it is. */
interface SignIn {
  readonly accountId: string;
  readonly acr?: unknown;
}

/** Whoever is signed in, as events name who has caused them. */
export const actorOf = ({ accountId, acr }: SignIn): string =>
  `${acr === INVITATION_ACR ? 'candidate' : 'user'}:${accountId}`;
