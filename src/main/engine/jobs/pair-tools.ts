import { savePackProjector } from '../encode/model-pack.ts'
import { EngineError } from '../errors.ts'
import { activeModel, findPacks, type ActiveModel } from '../models.ts'
import { fitBaseProjector } from '../project/cca.ts'
import { serializeProjector } from '../project/projector-file.ts'
import { project } from '../project/projector.ts'
import { retrievalMetrics, type RetrievalMetrics } from '../train/evaluate.ts'
import type { EncoderProcess } from '../workers/encoder-process.ts'
import { encodePairs, readPairsFile, type EncodedPairs } from './encode-pairs.ts'

type OnProgress = (done: number, total: number) => void

export interface FitReport {
  readonly images: number
  readonly texts: number
  readonly dimension: number
  readonly regularisation: number
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
  readonly #model: ActiveModel

  constructor(encoder: EncoderProcess, model: ActiveModel) {
    this.#encoder = encoder
    this.#model = model
  }

  /** Fits the map into a common space on all photos and captions, and writes it into the pack. */
  async fit(path: string, split: string | null, onProgress: OnProgress): Promise<FitReport> {
    if (this.#model.card.sharedSpace)
      throw new EngineError(
        'bad-input',
        'This pack needs no map: its pictures and words share one space already. Nothing was changed.'
      )
    const startedMs = performance.now()
    const pairs = await encodePairs(await readPairsFile(path, split), this.#encoder, onProgress)
    const fitted = fitBaseProjector(pairs.images, vectorsOf(pairs), pairs.imageOfText)
    await savePackProjector(this.#model.card.folder, serializeProjector(fitted.weights))
    return {
      images: pairs.images.length,
      texts: pairs.texts.length,
      dimension: fitted.weights.dimension,
      regularisation: fitted.regularisation,
      seconds: Math.round((performance.now() - startedMs) / 10) / 100,
      skipped: pairs.skipped
    }
  }

  /** @throws EngineError model-missing when pictures and words have no common space to be compared in */
  async evaluate(
    path: string,
    options: { split: string | null; projector: string | null },
    onProgress: OnProgress
  ): Promise<EvalReport> {
    const { projector, hasCommonSpace } = this.#model
    if (options.projector !== null && options.projector !== projector?.id && options.projector !== 'base')
      throw new EngineError('not-found', `This pack has no projector version ${options.projector}.`)
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

  close(): void {
    this.#encoder.close()
  }
}

function vectorsOf({ texts }: EncodedPairs): (Float32Array | null)[] {
  return texts.map(text => text?.vector ?? null)
}

/** Opens a pack by its folder or its id. @throws EngineError model-missing or model-broken */
export async function openPairTools(
  pack: string | undefined,
  folders: readonly string[],
  encoder: EncoderProcess
): Promise<PairTools> {
  const packs = await findPacks(pack === undefined ? folders : [pack, ...folders])
  const found =
    pack === undefined ? packs[0] : (packs.find(({ folder, packId }) => packId === pack || folder === pack) ?? packs[0])
  if (found === undefined || (pack !== undefined && found.packId !== pack && !found.folder.startsWith(pack)))
    throw new EngineError(
      'model-missing',
      pack === undefined ? 'No model pack is installed.' : `There is no model pack at ${pack}.`
    )
  const card = await encoder.usePack(found.folder)
  if (card === null) throw new EngineError('model-missing', `There is no model pack at ${found.folder}.`)
  return new PairTools(encoder, activeModel(card))
}
