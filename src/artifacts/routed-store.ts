import { type ArtifactStore, type Model, shortLived, type Write } from './types.ts';

/**
 * One store of two: what may be lost in `fast` (Redis), what must last in `lasting` (PostgreSQL).
 *
 * Consumes, claims and requires of `fast` go first, so that a crash between the two can cost a retry, never a double spend;
 * what `fast` is given new goes last, so that no code exists whose session was not saved.
 */
export function routedStore(lasting: ArtifactStore, fast: ArtifactStore): ArtifactStore {
  const storeOf = (model: Model): ArtifactStore => (shortLived.has(model) ? fast : lasting);
  return {
    find: (model, key, digest) => storeOf(model).find(model, key, digest),
    async findBundle(model, id) {
      const store = storeOf(model);
      return (await store.findBundle?.(model, id)) ?? { stored: await store.find(model, 'id', id), related: [] };
    },
    async apply(writes) {
      const { guards, durable, rest } = split(writes);
      if (guards.length > 0 && !(await fast.apply(guards))) return false;
      if (durable.length > 0 && !(await lasting.apply(durable))) return false;
      if (rest.length > 0) await fast.apply(rest);
      return true;
    },
  };
}

function split(writes: readonly Write[]): { guards: Write[]; durable: Write[]; rest: Write[] } {
  const parts = { guards: [] as Write[], durable: [] as Write[], rest: [] as Write[] };
  for (const write of writes) {
    const model = modelOf(write);
    const guard = write.kind === 'consume' || write.kind === 'claim' || write.kind === 'require';
    parts[model && shortLived.has(model) ? (guard ? 'guards' : 'rest') : 'durable'].push(write);
  }
  return parts;
}

/** What ended, and what is to be done, are no artefacts: they last. */
function modelOf(write: Write): Model | undefined {
  if ('artifact' in write) return write.artifact.model;
  return 'model' in write ? write.model : undefined;
}
