/** So long a turn of the event loop may last where long work is cut into turns: a question hardly notices it. */
const turnMs = 8

/** Lets what waits go first, a question or a message: the engine lives in its host's main process. */
export function giveWay(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Long work in turns of the event loop: where it is often asked whether its turn has been long enough, nothing waits long. */
export class Turns {
  #sinceMs = performance.now()

  get isLong(): boolean {
    return performance.now() - this.#sinceMs >= turnMs
  }

  async next(): Promise<void> {
    await giveWay()
    this.#sinceMs = performance.now()
  }
}

/** Does what is short for each of many, in as many turns as that takes. */
export async function inTurns<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  const turns = new Turns()
  for (const item of items) {
    visit(item)
    if (turns.isLong) await turns.next()
  }
}
