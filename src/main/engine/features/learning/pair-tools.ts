import type { BothDirections, RunPoint } from '../../../../shared/learning.ts'
import { savePackProjector } from '../../stages/encode/model-pack.ts'
import type { ProjectorWeights } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { activeModel, type ActiveModel } from '../../base/active-model.ts'
import { fitBaseProjector } from '../../stages/project/cca.ts'
import { parseProjector, serializeProjector } from '../../stages/project/projector-file.ts'
import { project } from '../../stages/project/projector.ts'
import { retrievalMetrics, type RetrievalMetrics } from '../../stages/train/evaluate.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import type { TrainerProcess } from '../../workers/trainer-process.ts'
import { fitBase } from './fit-base.ts'
import { encodePairs, readPairsFile, type EncodedPairs } from './encode-pairs.ts'

/** Looks a version up in the library; null when there is none. */
export type VersionOf = (versionId: number) => { readonly modelKey: string; readonly weights: Uint8Array } | null

/** What the tools work with, and how every process behind it is ended. */
export interface PairWorkers {
  readonly encoder: EncoderProcess
  readonly trainer: TrainerProcess
  readonly versionOf: VersionOf
  readonly endWorkers: () => Promise<void>
}

type OnProgress = (done: number, total: number) => void

export interface FitOptions {
  readonly split: string | null
  /** Photos to choose on, by their `split`; null: a tenth of the others is held back. For `ssal` only, as all that follows. */
  readonly validation: string | null
  readonly method: 'cca' | 'ssal'
  readonly seed: number
  readonly hasRotations: boolean
  readonly hasWords: boolean
}

export interface FitReport {
  readonly method: FitOptions['method']
  /** That were fitted on. */
  readonly images: number
  readonly texts: number
  readonly dimension: number
  /** Of images, as CCA chose it; null for SSAL, which begins with it. */
  readonly regularisation: number | null
  /** On held-out photos, of the linear map and of what SSAL made of it; null for CCA. */
  readonly before: BothDirections | null
  readonly after: BothDirections | null
  readonly seconds: number
  readonly skipped: readonly string[]
}

export interface EvalReport {
  readonly images: number
  readonly texts: number
  readonly text_to_image: RetrievalMetrics
  readonly image_to_text: RetrievalMetrics
  readonly skipped: readonly string[]
}

/** What a file of photos and captions is for: fitting a pack's base projector, and measuring a pack. */
export class PairTools {
  readonly #encoder: EncoderProcess
  readonly #trainer: TrainerProcess
  readonly #model: ActiveModel
  readonly #versionOf: VersionOf
  readonly #endWorkers: () => Promise<void>

  constructor({ encoder, trainer, versionOf, endWorkers }: PairWorkers, model: ActiveModel) {
    this.#versionOf = versionOf
    this.#encoder = encoder
    this.#trainer = trainer
    this.#endWorkers = endWorkers
    this.#model = model
  }

  /** Fits the map into a common space on photos and captions, and writes it into the pack. */
  async fit(
    path: string,
    options: FitOptions,
    onProgress: OnProgress,
    onPoint: (point: RunPoint) => void = () => undefined
  ): Promise<FitReport> {
    if (this.#model.card.sharedSpace)
      throw new EngineError(
        'bad-input',
        'This pack needs no map: its pictures and words share one space already. Nothing was changed.'
      )
    const startedMs = performance.now()
    const fitted = await (options.method === 'cca'
      ? this.#fitCca(path, options, onProgress)
      : this.#fitSsal(path, options, onProgress, onPoint))
    return { ...fitted, seconds: Math.round((performance.now() - startedMs) / 10) / 100 }
  }

  async #fitCca(path: string, { split }: FitOptions, onProgress: OnProgress): Promise<Omit<FitReport, 'seconds'>> {
    const pairs = await encodePairs(await readPairsFile(path, split), this.#encoder, onProgress)
    const { weights, regularisation } = fitBaseProjector(pairs.images, vectorsOf(pairs), pairs.imageOfText)
    await savePackProjector(this.#model.card.folder, serializeProjector(weights))
    const { images, texts, skipped } = pairs
    const { dimension } = weights
    return {
      ...{ method: 'cca', images: images.length, texts: texts.length, dimension, regularisation },
      ...{ before: null, after: null, skipped }
    }
  }

  async #fitSsal(
    path: string,
    options: FitOptions,
    onProgress: OnProgress,
    onPoint: (point: RunPoint) => void
  ): Promise<Omit<FitReport, 'seconds'>> {
    const { split, validation, seed, hasRotations, hasWords } = options
    const fitted = await fitBase(
      {
        lines: await readPairsFile(path, split),
        validation: validation === null ? null : await readPairsFile(path, validation),
        ...{ seed, hasRotations, hasWords, device: 'cpu', threads: 1 }
      },
      { encoder: this.#encoder, trainer: this.#trainer },
      { encoded: onProgress, point: onPoint },
      new AbortController().signal
    )
    await savePackProjector(this.#model.card.folder, fitted.projector, fitted)
    const { images, texts, before, after, skipped } = fitted
    const { dimension } = parseProjector(fitted.projector)
    return { method: 'ssal', images, texts, dimension, regularisation: null, before, after, skipped }
  }

  /** @throws EngineError model-missing when pictures and words have no common space to be compared in */
  async evaluate(
    path: string,
    options: { split: string | null; projector: string | null },
    onProgress: OnProgress
  ): Promise<EvalReport> {
    const { card } = this.#model
    const version = options.projector === null || options.projector === 'base' ? null : this.#version(options.projector)
    const projector = version ?? card.baseProjector
    const hasCommonSpace = card.sharedSpace || projector !== null
    if (!hasCommonSpace)
      throw new EngineError(
        'model-missing',
        'This pack has no map between pictures and words yet. Fit one first: reverie fit <pairs.jsonl> --pack <folder>.'
      )
    const pairs = await encodePairs(await readPairsFile(path, options.split), this.#encoder, onProgress)
    const images = projector === null ? pairs.images : project(projector, 'image', pairs.images)
    const texts =
      projector === null
        ? vectorsOf(pairs)
        : project(projector, 'text', vectorsOf(pairs), text => pairs.texts[text]?.tokens)
    return {
      images: images.length,
      texts: texts.length,
      ...retrievalMetrics(images, texts, pairs.imageOfText),
      skipped: pairs.skipped
    }
  }

  /** A version of the library's, for these very towers. @throws EngineError not-found */
  #version(name: string): ProjectorWeights {
    const found = /^[1-9]\d{0,8}$/.test(name) ? this.#versionOf(Number(name)) : null
    if (found?.modelKey !== this.#model.key)
      throw new EngineError(
        'not-found',
        `The library has no version ${name} of this pack’s map. reverie projectors lists them; “base” is the pack’s own.`
      )
    return parseProjector(found.weights)
  }

  /** What is under way is given up. */
  async close(): Promise<void> {
    this.#encoder.close()
    this.#trainer.close()
    await this.#endWorkers()
  }
}

function vectorsOf({ texts }: EncodedPairs): (Float32Array | null)[] {
  return texts.map(text => text?.vector ?? null)
}

/** Opens the pack in a folder. @throws EngineError model-missing or model-broken */
export async function openPairTools(folder: string, workers: PairWorkers): Promise<PairTools> {
  const card = await workers.encoder.usePack(folder)
  if (card === null) throw new EngineError('model-missing', `There is no model pack at ${folder}.`)
  return new PairTools(workers, activeModel(card))
}
