import { Turns } from '../../base/give-way.ts'

/** Maps with at most `limit` calls under way; results in the order of `items`. After a failure nothing more is begun. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const turns = new Turns()
  let isFailed = false
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true && !isFailed; next = queue.next()) {
      const [index, item] = next.value
      try {
        results[index] = await work(item)
      } catch (error) {
        isFailed = true
        throw error
      }
      // Work that waits for nothing would be done to its end before anything else.
      if (turns.isLong) await turns.next()
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
