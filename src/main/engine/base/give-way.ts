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

/** Long work that yields wherever something else may go first: it is done in turns of the event loop, or in one piece. */
export type Steps<T> = Generator<void, T, void>

/** Does the work, in as many turns as that takes. What it reads may be changed by others between two of them. */
export async function stepsInTurns<T>(steps: Steps<T>): Promise<T> {
  const turns = new Turns()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (turns.isLong) await turns.next()
  }
}

/** The same within one turn, where nobody waits. */
export function stepsAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** So many things that take a few microseconds each are read between two steps. */
const stepRows = 512

/** What is read row by row, as an array. */
export function* collected<T>(rows: Iterable<T>): Steps<readonly T[]> {
  const all: T[] = []
  for (const row of rows) {
    all.push(row)
    if (all.length % stepRows === 0) yield
  }
  return all
}
