import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { addModel } from './features/models/add-model.ts'
import { createCommands } from './api/commands.ts'
import { Devices } from './features/learning/devices.ts'
import { createDispatch, type Dispatch, type Handlers } from './api/dispatch.ts'
import { detailsOf, EngineError, messageOf } from '../../shared/errors.ts'
import { Galleries } from './features/searching/galleries.ts'
import { catalogue, type Offer } from './hub/catalogue.ts'
import { Installing } from './features/models/installing.ts'
import { fitPaper as paperOf, type PaperReport } from './features/learning/fit-paper.ts'
import { Indexing } from './features/indexing/indexing.ts'
import { findPack } from './features/models/found-packs.ts'
import { openPairTools, type PairTools } from './features/learning/pair-tools.ts'
import { KeptSearches } from './features/searching/kept-searches.ts'
import { LeftBehind, type Surroundings } from './features/models/leftovers.ts'
import { media, type Media } from './features/searching/media.ts'
import { ModelChoice } from './features/models/choose-model.ts'
import { ModelList } from './features/models/model-list.ts'
import { ModelSwitch } from './features/models/switch-model.ts'
import { openLibrary } from './features/indexing/open-library.ts'
import { OpenedImages } from './features/searching/opened-images.ts'
import type { EngineParts } from './api/parts.ts'
import { Preparation } from './features/models/preparation.ts'
import { serializeProjector } from './stages/project/projector-file.ts'
import { createQueries } from './api/queries.ts'
import { Saying } from './features/saying/saying.ts'
import { parseCommonness } from './stages/search/commonness.ts'
import { loadKernels } from './stages/search/kernels.ts'
import { encoderThreads, readSettings } from './store/user-settings.ts'
import { SharedWriter } from './store/writer-lock.ts'
import { Completer } from './features/searching/suggestions.ts'
import { Training, type TrainingOptions } from './features/learning/training.ts'
import { versionKeeper } from './features/learning/version-keeper.ts'
import { Versions } from './features/learning/versions.ts'
import { EncoderProcess } from './workers/encoder-process.ts'
import { Encoders } from './workers/encoders.ts'
import { ModelInspector } from './workers/model-inspector.ts'
import type { StartWorker } from './workers/start-worker.ts'
import { tracked } from './workers/tracked.ts'
import { TrainerProcess } from './workers/trainer-process.ts'

// What hosts name of the engine, so that this file is the only one of it that they know besides base.
export type { PaperReport } from './features/learning/fit-paper.ts'
export type { FitReport, PairTools } from './features/learning/pair-tools.ts'
export type { StartWorker, WorkerName } from './workers/start-worker.ts'

export interface EngineOptions {
  /** Where the database, the thumbnails and the user's own model packs live. */
  readonly dataFolder: string
  /** What ships with the app: kernels and model packs. */
  readonly resourcesFolder: string
  /** More folders with model packs, first in line. */
  readonly modelFolders?: readonly string[]
  readonly startWorker: StartWorker
  /** The file of a thread: see store/checkpoints.ts. */
  readonly checkpointer: string
  /** Where programs of this machine keep files; without it nothing outside the folders above is looked for. */
  readonly surroundings?: Surroundings
  /** What can be installed instead of the catalogue, for tests. */
  readonly offers?: readonly Offer[]
  /** Of the app: what was tried or half done with another one is not taken over. */
  readonly version?: string
  /** Watch the chosen folders, and look for changes at the start: for an app that stays open. */
  readonly watch?: boolean
  /** Sets a damaged database aside and begins a new one with the same folders, instead of refusing. */
  readonly rebuild?: boolean
  /** Bugs and other things that nobody was told about. */
  readonly log?: (text: string) => void
}

export interface Engine extends Omit<Dispatch, 'close'> {
  /** A thumbnail or the picture itself, by item id only; null when there is none. */
  media(itemId: number, size: 'thumbnail' | 'photo'): Promise<Media | null>
  /** The item at an absolute path. */
  findPath(path: string): number | undefined
  /** Where an item's file is, for showing it in the system's file manager; of a note in a file of many, that file. */
  pathOf(itemId: number): string | undefined
  /** As the command `trainProjector`, or on a file of photos and captions. @returns the job's id */
  train(options: TrainingOptions): Promise<string>
  /** Waits until no job runs. */
  idle(): Promise<void>
  /** For diagnosis and benchmarks: the encoder processes that run. */
  encoderPids(): Readonly<Record<'questions' | 'pictures' | 'library', number | undefined>>
  close(): Promise<void>
}

/** Opens one model pack, by its folder or id, for fitting and measuring it on a file of pairs. @throws EngineError model-missing or model-broken */
export async function openPack(
  pack: string | undefined,
  options: Pick<EngineOptions, 'dataFolder' | 'resourcesFolder' | 'modelFolders' | 'startWorker'>
): Promise<PairTools> {
  const workers = tracked(options.startWorker)
  try {
    const { folder } = await findPack(pack, packFolders(options))
    return await openPairTools(folder, {
      encoder: new EncoderProcess(workers.start, 1, { isBulk: true }),
      trainer: new TrainerProcess(workers.start),
      endWorkers: () => workers.endAll(),
      versionOf(versionId) {
        const { store } = openLibrary(options.dataFolder, { rebuild: false })
        try {
          return store.projectorVersions.get(versionId) ?? null
        } finally {
          store.close()
        }
      }
    })
  } catch (error) {
    await workers.endAll()
    throw error
  }
}

/** The classic benchmark on a folder of ready features: see `runPaper`. It needs no library and no pack, and writes nothing. */
export async function fitPaper(
  folder: string,
  seed: number,
  { startWorker }: Pick<EngineOptions, 'startWorker'>,
  onProgress: (step: number, steps: number) => void,
  signal?: AbortSignal
): Promise<PaperReport> {
  const workers = tracked(startWorker)
  const end = (): void => void workers.endAll()
  signal?.addEventListener('abort', end, { once: true })
  try {
    return await paperOf(folder, seed, new TrainerProcess(workers.start), onProgress)
  } finally {
    signal?.removeEventListener('abort', end)
    await workers.endAll()
  }
}

/** Where packs are looked for, first come first served. */
function packFolders({
  modelFolders = [],
  dataFolder,
  resourcesFolder
}: Pick<EngineOptions, 'dataFolder' | 'resourcesFolder' | 'modelFolders'>): string[] {
  return [...modelFolders, ownPacks({ dataFolder }), join(resourcesFolder, 'models')]
}

/** The person's own: what is installed or added comes here, and nothing else is ever deleted. */
function ownPacks({ dataFolder }: Pick<EngineOptions, 'dataFolder'>): string {
  return join(dataFolder, 'models')
}

/**
 * Opens the library in a data folder. Answers at once; the model is opened in the background, and until it is ready
 * search waits for it or answers from words.
 * @throws EngineError database-newer or database-corrupt
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const log = options.log ?? (text => process.stderr.write(`${text}\n`))
  const kernels = loadKernels(await readFile(join(options.resourcesFolder, 'kernels', 'similarity.wasm')))
  const commonness = await readFile(join(options.resourcesFolder, 'commonness.txt'), 'utf8').then(
    parseCommonness,
    () => null
  )
  const { store, setAside } = openLibrary(options.dataFolder, {
    rebuild: options.rebuild === true,
    checkpointer: options.checkpointer
  })
  if (setAside !== null) log(`The damaged database was set aside as ${setAside}; a new one is built from your folders.`)
  const workers = tracked(options.startWorker)
  const startEncoders = (): Encoders => new Encoders(workers.start, encoderThreads(readSettings(store)))
  const encoders = startEncoders()
  const galleries = new Galleries(store, kernels)
  const folders = packFolders(options)
  const model = new ModelSwitch({
    folders,
    encoders,
    store,
    log,
    onUse(active) {
      galleries.use(active)
      galleries.readAhead(error => log(messageOf(error)))
    },
    onChange(active) {
      dispatch.emit('modelChanged', { packId: active?.card.id ?? null })
      // A number of threads that was chosen while this model was being opened was told to the one before.
      encoders.useThreads(encoderThreads(readSettings(store))).catch((error: unknown) => log(String(error)))
    }
  })
  const trainer = new TrainerProcess(workers.start)
  const writer = new SharedWriter(options.dataFolder)
  const indexing = new Indexing({
    store,
    encoder: encoders.library,
    model,
    galleries,
    writer,
    watches: options.watch === true,
    emit: (name, payload) => dispatch.emit(name, payload),
    log
  })
  const preparation = new Preparation({
    ...{ store, log },
    before: () => model.now,
    emit: (name, payload) => dispatch.emit(name, payload)
  })
  const choice = new ModelChoice({ folders, store, preparation, model, indexing, writer, startEncoders, log })
  const models = new ModelList({
    ...{ folders, store },
    shippedFolder: join(options.resourcesFolder, 'models'),
    inUse: () => ({ active: model.now, preparing: preparation.model })
  })
  const versions = new Versions({
    store,
    model,
    writer,
    projectWith: (weights, signal) =>
      trainer.openProjector({ projector: serializeProjector(weights), threads: 1 }, signal),
    emit: (name, payload) => dispatch.emit(name, payload),
    log
  })
  const version = options.version ?? ''
  const devices = new Devices({ trainer, settings: store.settings, version })
  const training = new Training({
    ...{ store, encoder: encoders.library, trainer, devices, model, writer, version, log },
    versions: versionKeeper(store, versions),
    queue: versions.queue,
    dataFolder: options.dataFolder,
    emit: (name, payload) => dispatch.emit(name, payload)
  })
  const images = new OpenedImages(store, encoders.pictures)
  const completer = new Completer(store.known)
  const searches = new KeptSearches(store.settings)
  const saying = new Saying({
    ...{ store, model, galleries, log },
    encoder: encoders.questions,
    changed: () => indexing.changed()
  })
  const leftBehind = new LeftBehind(options.surroundings ?? null, store.settings)
  const inspector = new ModelInspector(workers.start)
  const installing = new Installing({
    offers: options.offers ?? catalogue,
    packsFolder: ownPacks(options),
    inspector,
    settings: () => readSettings(store),
    usedFolders: () => [model.now, preparation.model].flatMap(used => used?.card.folder ?? []),
    emit: (name, payload) => dispatch.emit(name, payload),
    log
  })
  const parts: EngineParts = {
    ...{
      store,
      encoders,
      galleries,
      model,
      models,
      choice,
      preparation,
      indexing,
      installing,
      versions,
      training,
      devices
    },
    ...{ images, completer, searches, saying, leftBehind, commonness },
    async addModel(input, signal) {
      const ownFolder = ownPacks(options)
      const { packId, notes } = await addModel(input, { inspector, folders, ownFolder }, signal)
      const added = (await models.all()).find(pack => pack.packId === packId)
      if (added === undefined)
        throw new EngineError('internal', `The model was added to ${ownFolder}, but is not found there.`)
      return { ...added, notes }
    }
  }
  const handlers: Handlers = { ...createQueries(parts), ...createCommands(parts) }
  const dispatch = createDispatch(handlers, log)
  dispatch.on('libraryChanged', () => completer.libraryChanged())

  let closing: Promise<void> | null = null
  model.open().catch((error: unknown) => {
    // Closed before the model was open: nobody waits for it.
    if (closing !== null || (error instanceof EngineError && error.code === 'cancelled')) return
    log(messageOf(error))
  })
  if (options.watch === true) {
    await indexing.watch()
    await training.resume()
    choice.resume()
  }

  const close = async (): Promise<void> => {
    dispatch.close()
    galleries.close()
    await saying.close()
    await choice.close()
    await installing.close()
    await training.close()
    await indexing.close()
    inspector.close()
    trainer.close()
    encoders.close()
    // Last of the processes: also those that were replaced, or started, while the others were closed.
    await workers.endAll()
    await store.endCheckpoints()
    store.close()
  }

  return {
    ...dispatch,
    call: (method, input, callOptions) =>
      dispatch.call(method, input, callOptions).catch((error: unknown) => {
        if (!(error instanceof EngineError)) log(detailsOf(error))
        throw error
      }),
    media: (itemId, size) => media(itemId, size, store, encoders.pictures),
    findPath: path => store.items.findPath(path),
    pathOf(itemId) {
      const path = store.items.get(itemId)?.path
      return path !== undefined && store.containers.holds(itemId) ? dirname(path) : path
    },
    train: trainingOptions => training.request(trainingOptions),
    async idle() {
      // Switching versions is in the queue of trainings.
      do for (const job of [choice, saying, indexing, training, installing]) await job.idle()
      while ([preparation, indexing, training, installing].some(({ queue }) => queue.isRunning))
    },
    encoderPids: () => ({
      questions: encoders.questions.pid,
      pictures: encoders.pictures.pid,
      library: encoders.library.pid
    }),
    close: () => (closing ??= close())
  }
}
