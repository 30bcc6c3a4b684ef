import type { AddedModel, AddModelInput } from './contract/models.ts'
import type { Devices } from './devices.ts'
import type { Galleries } from './galleries.ts'
import type { LeftBehind } from './leftovers.ts'
import type { KeptSearches } from './kept-searches.ts'
import type { Completer } from './suggestions.ts'
import type { Installing } from './installing.ts'
import type { Indexing } from './jobs/indexing.ts'
import type { ModelSwitch } from './model-switch.ts'
import type { OpenedImages } from './opened-images.ts'
import type { Preparation } from './preparation.ts'
import type { Store } from './store/store.ts'
import type { Training } from './training.ts'
import type { Versions } from './versions.ts'
import type { Encoders } from './workers/encoders.ts'

/** What queries and commands work with. */
export interface EngineParts {
  readonly store: Store
  readonly encoders: Encoders
  readonly galleries: Galleries
  readonly model: ModelSwitch
  readonly indexing: Indexing
  readonly preparation: Preparation
  readonly installing: Installing
  readonly versions: Versions
  readonly training: Training
  readonly devices: Devices
  readonly images: OpenedImages
  readonly completer: Completer
  readonly searches: KeptSearches
  readonly leftBehind: LeftBehind
  readonly addModel: (input: AddModelInput, signal: AbortSignal) => Promise<AddedModel>
}
