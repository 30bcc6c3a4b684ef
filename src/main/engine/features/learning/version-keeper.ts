import type { TrainedVersion, VersionKeeper } from './train-projector.ts'
import { extendsBase } from '../projecting/project-version.ts'
import { identityProjector } from '../../stages/train/candidate.ts'
import { parseProjector } from '../../stages/project/projector-file.ts'
import type { Store } from '../../store/store.ts'
import type { VersionReport, Versions } from './versions.ts'

/** Where a training leaves what it learned, and how that comes to answer. */
export function versionKeeper(store: Store, versions: Versions): VersionKeeper {
  return {
    now: modelKey => ({
      newestVersionId: store.projectorVersions.list(modelKey)[0]?.versionId ?? 0,
      activeVersionId: store.projectorVersions.active(modelKey)?.versionId ?? null
    }),

    savedBy({ modelKey, seed, pairHash, before }) {
      const version = store.projectorVersions.list(modelKey).find(({ versionId, report }) => {
        const learned = report as Partial<VersionReport>
        return versionId > before.newestVersionId && learned.seed === seed && learned.pairHash === pairHash
      })
      if (version === undefined) return null
      const { versionId, state, isActive } = version
      const answers = store.projectorVersions.active(modelKey)?.versionId ?? null
      if (state === 'candidate' && !isActive && answers !== before.activeVersionId) return null
      // A version that the person has replaced since stays replaced.
      return { versionId, isAccepted: isActive || state === 'candidate' }
    },

    incumbent({ key, card }) {
      const active = store.projectorVersions.active(key)
      if (active === null) return null
      const turns = store.projectorVersions.turns(active.versionId)
      const base = card.baseProjector ?? identityProjector(card.image.dimension)
      const weights = parseProjector(active.weights)
      const isOnThisBase = extendsBase(weights, base, 'image') && extendsBase(weights, base, 'text')
      return turns.length > 0 && isOnThisBase ? turns : null
    },

    save(version: TrainedVersion) {
      const { modelKey, projector, seed, pairHash, pairs, device, seconds, verdict, changes, points } = version
      const report: VersionReport = { seed, pairHash, pairs, device, seconds, verdict, changes, points }
      return store.projectorVersions.add(
        {
          projectorId: parseProjector(projector).id,
          modelKey,
          state: verdict.isAccepted ? 'candidate' : 'rejected',
          createdMs: Date.now(),
          weights: projector,
          report
        },
        version.turns
      )
    },

    activate: (versionId, _model, control) => versions.switchTo(versionId, control)
  }
}
