/** A JSON object: what an application keeps with us and we do not look into. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Somebody who sits assessments: a subject of their own, without a password. */
export interface Candidate {
  readonly id: string;
  /** What the assessment platform calls them: nobody else's, a deleted candidate's neither. */
  readonly externalId: string | undefined;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly metadata: JsonObject;
  readonly status: 'active' | 'inactive';
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deactivatedAt: Date | undefined;
}

/** What a service says of a candidate; null: none, and what is left out stays as it is. */
export interface CandidateMembers {
  readonly externalId?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** Which candidates; all of them where nothing is said. */
export interface CandidateQuery {
  /** Part of an external id, an address or a name, in any case. */
  readonly q: string | undefined;
  readonly status: Candidate['status'] | undefined;
  readonly externalId: string | undefined;
  /** The id of the last candidate of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
}
