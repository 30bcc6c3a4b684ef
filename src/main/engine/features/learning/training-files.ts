import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Device, RunPoint } from '../../../../shared/learning.ts'

/** What the last evaluation of a training left. */
export interface SavedTraining {
  /** Of all that it learns from: another input makes another training. */
  readonly inputHash: string
  readonly points: readonly RunPoint[]
  /** That it took so far. */
  readonly seconds: number
  readonly checkpoint: Uint8Array
}

/** What was asked for, to ask for it again after a restart. */
export interface AskedTraining {
  readonly device: Device | 'auto'
  readonly seed: number
  /** The versions when the training was first asked for; null where that is not known. */
  readonly before: VersionsBefore | null
}

/** Tells a training's own version from those that were there before the training. */
export interface VersionsBefore {
  /** 0 for none: the training's own version is newer. */
  readonly newestVersionId: number
  /** null for the pack's own map. */
  readonly activeVersionId: number | null
}

/**
 * What a training keeps in the data folder while it runs: what was asked for (`asked.json`), which is there as long as
 * nobody ended it, and the last evaluation (`checkpoint`), which stays for whoever trains on the very same input again.
 */
export class TrainingFiles {
  readonly #folder: string

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'training')
  }

  async ask(asked: AskedTraining): Promise<void> {
    await this.#replace('asked.json', Buffer.from(JSON.stringify(asked)))
  }

  /** null when no training was interrupted. */
  async asked(): Promise<AskedTraining | null> {
    const text = await readFile(join(this.#folder, 'asked.json'), 'utf8').catch(() => null)
    if (text === null) return null
    try {
      const { device, seed, before = null } = JSON.parse(text) as Partial<AskedTraining>
      return device === undefined || !Number.isSafeInteger(seed) ? null : { device, seed: seed ?? 0, before }
    } catch {
      // Half a file of somebody's making: nothing is known to go on with.
      return null
    }
  }

  forgetAsked(): Promise<void> {
    return rm(join(this.#folder, 'asked.json'), { force: true })
  }

  /** One line of JSON, then the checkpoint. Whole or not at all: a kill leaves the one before. */
  async save({ checkpoint, ...about }: SavedTraining): Promise<void> {
    const line = `${JSON.stringify({ ...about, sha256: hashOf(checkpoint) })}\n`
    await this.#replace('checkpoint', Buffer.concat([Buffer.from(line), checkpoint]))
  }

  /** null when there is none for this input; a damaged one is none. */
  async saved(inputHash: string): Promise<SavedTraining | null> {
    const bytes = await readFile(join(this.#folder, 'checkpoint')).catch(() => null)
    const end = bytes?.indexOf('\n') ?? -1
    if (bytes === null || end < 0) return null
    try {
      const { sha256, ...about } = JSON.parse(bytes.toString('utf8', 0, end)) as Omit<SavedTraining, 'checkpoint'> & {
        sha256: string
      }
      const checkpoint = Uint8Array.from(bytes.subarray(end + 1))
      return about.inputHash === inputHash && sha256 === hashOf(checkpoint) ? { ...about, checkpoint } : null
    } catch {
      // The training begins anew, which costs minutes and nothing else.
      return null
    }
  }

  forgetSaved(): Promise<void> {
    return rm(join(this.#folder, 'checkpoint'), { force: true })
  }

  async #replace(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const next = join(this.#folder, `${name}.next`)
    await writeFile(next, bytes, { flush: true })
    await rename(next, join(this.#folder, name))
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
