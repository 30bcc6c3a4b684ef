import type { AddedModel, AddModelInput } from '../../../shared/models.ts'
import type { Devices } from '../features/learning/devices.ts'
import type { Galleries } from '../features/searching/galleries.ts'
import type { LeftBehind } from '../features/models/leftovers.ts'
import type { KeptSearches } from '../features/searching/kept-searches.ts'
import type { Completer } from '../features/searching/suggestions.ts'
import type { Installing } from '../features/models/installing.ts'
import type { Indexing } from '../features/indexing/indexing.ts'
import type { ModelChoice } from '../features/models/choose-model.ts'
import type { ModelList } from '../features/models/model-list.ts'
import type { ModelSwitch } from '../features/models/switch-model.ts'
import type { OpenedImages } from '../features/searching/opened-images.ts'
import type { Preparation } from '../features/models/preparation.ts'
import type { Saying } from '../features/saying/saying.ts'
import type { AskDeps } from '../features/searching/ask.ts'
import type { Store } from '../store/store.ts'
import type { Training } from '../features/learning/training.ts'
import type { Versions } from '../features/learning/versions.ts'
import type { Encoders } from '../workers/encoders.ts'

/** What queries and commands work with. */
export interface EngineParts {
  readonly store: Store
  readonly encoders: Encoders
  readonly galleries: Galleries
  readonly model: ModelSwitch
  readonly models: ModelList
  readonly choice: ModelChoice
  readonly preparation: Preparation
  readonly indexing: Indexing
  readonly installing: Installing
  readonly versions: Versions
  readonly training: Training
  readonly devices: Devices
  readonly images: OpenedImages
  readonly completer: Completer
  readonly searches: KeptSearches
  readonly saying: Saying
  readonly leftBehind: LeftBehind
  readonly commonness: AskDeps['commonness']
  readonly addModel: (input: AddModelInput, signal: AbortSignal) => Promise<AddedModel>
}
