import { lstat, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { EngineError } from '../../../../shared/errors.ts'
import { readBoundedJson, UnreadableJson } from './bounded-json.ts'
import { packLimits } from './model-pack.ts'

/** A folder of strangers, and no file outside it. */
export class LayoutFolder {
  /** Absolute, without links. */
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  /** @throws EngineError model-missing */
  static async open(folder: string): Promise<LayoutFolder> {
    const root = await realpath(folder).catch(() => null)
    if (root === null || !(await lstat(root)).isDirectory())
      throw new EngineError(
        'model-missing',
        `There is no folder ${folder}. Nothing was changed. Choose the folder that holds the model's files.`
      )
    return new LayoutFolder(root)
  }

  /** The absolute path of a file, null when it is not there. @throws EngineError model-broken for a link that leads out */
  async find(file: string): Promise<string | null> {
    const path = await realpath(join(this.root, file)).catch(() => null)
    if (path === null) return null
    if (!path.startsWith(this.root + sep))
      throw this.broken(
        `${file} is a link that leads out of the folder`,
        'Copy the model with its files instead of links to them'
      )
    return (await lstat(path)).isFile() ? path : null
  }

  /** The first of these files that is there. */
  async findFirst(files: readonly string[]): Promise<string | null> {
    for (const file of files) if ((await this.find(file)) !== null) return file
    return null
  }

  /** A small JSON file of settings; null when it is not there. */
  settings(file: string): Promise<unknown> {
    return this.#json(file, packLimits.manifest)
  }

  tokenizer(file: string): Promise<unknown> {
    return this.#json(file, packLimits.tokenizer)
  }

  async #json(file: string, sizeBytes: number): Promise<unknown> {
    const path = await this.find(file)
    if (path === null) return null
    try {
      return await readBoundedJson(path, { sizeBytes })
    } catch (error) {
      if (!(error instanceof UnreadableJson)) throw error
      throw this.broken(`its ${file} ${error.message}`)
    }
  }

  broken(what: string, todo = 'Download the model again, or choose another one'): EngineError {
    return new EngineError(
      'model-broken',
      `The model in ${this.root} cannot be used: ${what}. Your library is unharmed. ${todo}.`
    )
  }
}
