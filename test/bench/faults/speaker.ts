import type { Engine } from '../../../src/main/engine/engine.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { contentOf, type Statement } from './said.ts'

/** A person who says things while the engine works. What cannot be said yet, because its file was not read, is said later. */
export class Speaker {
  readonly #engine: Engine
  readonly #data: string
  readonly #left: Statement[]
  readonly #acknowledged: (statement: Statement) => void
  #turn: Promise<void> = Promise.resolve()

  /**
   * @param data          the engine's data folder
   * @param acknowledged  told what the engine has said yes to, at once
   */
  constructor(
    engine: Engine,
    data: string,
    statements: readonly Statement[],
    acknowledged: (statement: Statement) => void
  ) {
    this.#engine = engine
    this.#data = data
    this.#left = [...statements]
    this.#acknowledged = acknowledged
  }

  /** One more. @throws EngineError for what is refused for another reason than that nothing was read of the file */
  next(): Promise<void> {
    const said = this.#turn.then(() => this.#next())
    this.#turn = said.catch(() => undefined)
    return said
  }

  async rest(): Promise<void> {
    await this.#turn
    for (let left = this.#left.length; left > 0; left--) await this.next()
  }

  async #next(): Promise<void> {
    const statement = this.#left.shift()
    if (statement === undefined) return
    if (!(await this.#say(statement))) {
      this.#left.push(statement)
      return
    }
    this.#acknowledged(statement)
  }

  async #say(statement: Statement): Promise<boolean> {
    const { client } = this.#engine
    const itemId = this.#engine.findPath(statement.path)
    // While files become other files, a person speaks of what the app shows: it must be the file that is meant.
    if (itemId === undefined || contentOf(this.#data, itemId) !== statement.contentHash) return false
    try {
      if (statement.says === 'words') {
        const { caption, tag } = statement
        await client.say({ itemIds: [itemId], caption, addTags: tag === undefined ? [] : [tag], isFavourite: true })
      } else if (statement.says === 'hit')
        await client.judge({ text: statement.question, itemIds: [itemId], verdict: statement.verdict })
      else await client.confirmPair({ photoId: itemId, text: statement.text, verdict: 'rejected' })
      return true
    } catch (error) {
      if (error instanceof EngineError && (error.code === 'bad-input' || error.code === 'not-found')) return false
      throw error
    }
  }
}
