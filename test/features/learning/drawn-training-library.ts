import { createHash } from 'node:crypto'
import type { VersionKeeper, TrainedVersion } from '../../../src/main/engine/features/learning/train-projector.ts'
import type { TrainingEncoder } from '../../../src/main/engine/features/learning/training-set.ts'
import { noCohort, type ActiveModel } from '../../../src/main/engine/base/active-model.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import { addFiles, photo, unit } from '../../store/drawn.ts'

const dimension = 8

/** Two towers of one space, as the engine sees them. */
export const drawnModel: ActiveModel = {
  card: {
    id: 'drawn',
    name: 'Drawn',
    folder: '/models/drawn',
    licence: 'CC0',
    languages: ['en'],
    sharedSpace: true,
    image: { id: 'image', tower: 'image', dimension },
    text: { id: 'text', tower: 'text', dimension },
    baseProjector: null,
    generalProbePath: null,
    rehearsalPath: null,
    neutralPhotos: null,
    sizeBytes: 1
  },
  key: 'image+text',
  projector: null,
  versionId: null,
  hasCommonSpace: true,
  cohort: noCohort,
  space: tower => tower
}

/** Photos that all differ, each with a description of its own, encoded upright. */
export function describedPhotos(count: number): Store {
  const store = openMemoryStore()
  const ids = addFiles(store, '/photos', ...Array.from({ length: count }, (_, i) => `${i}.jpg`))
  ids.forEach((itemId, i) => {
    const hash = createHash('sha256').update(String(i)).digest('hex')
    const day = 86_400_000
    store.items.saveReading(
      itemId,
      photo(hash, { description: `Picture number ${i}`, localMs: i * day }, { perceptualHash: hash.slice(0, 16) })
    )
    store.embeddings.save('image', [{ itemId, part: 0, rotationDeg: 0, vector: unit(i, dimension) }])
  })
  return store
}

/** Says which photos it rotated; one whose path it is told to lose cannot be read any more. */
export function drawnEncoder(lost = ''): TrainingEncoder & { readonly rotated: string[] } {
  const rotated: string[] = []
  return {
    rotated,
    encodeTexts: texts =>
      Promise.resolve(texts.map((_, i) => ({ vector: unit(i, dimension), tokens: Int32Array.of(i, i + 1) }))),
    encodeRotated({ path, rotations }) {
      rotated.push(path)
      return Promise.resolve(
        path.endsWith(lost) && lost !== '' ? null : rotations.map(deg => unit(deg / 90, dimension))
      )
    }
  }
}

/** Keeps versions in a list. */
export function listedVersions(): VersionKeeper & { readonly saved: TrainedVersion[]; readonly activated: number[] } {
  const saved: TrainedVersion[] = []
  const activated: number[] = []
  return {
    saved,
    activated,
    now: () => ({ newestVersionId: saved.length, activeVersionId: activated.at(-1) ?? null }),
    savedBy({ before, seed, pairHash }) {
      const i = saved.findIndex(
        (one, i) => i >= before.newestVersionId && one.seed === seed && one.pairHash === pairHash
      )
      return i < 0 ? null : { versionId: i + 1, isAccepted: saved[i]?.verdict.isAccepted === true }
    },
    incumbent: () => null,
    save: version => saved.push(version),
    // eslint-disable-next-line @typescript-eslint/require-await -- nothing has to be projected here
    async *activate(versionId) {
      yield { stage: 'project', done: 1, total: 1, failed: 0, encoded: 0 }
      activated.push(versionId)
    }
  }
}
