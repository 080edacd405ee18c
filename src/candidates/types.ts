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
