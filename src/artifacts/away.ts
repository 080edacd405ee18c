/** Where artefacts are kept did not answer, or not in time: nobody knows them just now, and the request may come again. */
export class ArtifactsAway extends Error {
  /** By which the engine answers. */
  readonly statusCode = 503;

  constructor(cause: unknown) {
    super('the store of artefacts does not answer', { cause });
    this.name = 'ArtifactsAway';
  }
}
