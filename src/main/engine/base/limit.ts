/** At most `slots` of the given work at once; the rest waits in the order it came. With one slot, one work after the other. */
export function limit(slots: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = slots
  const queue: (() => void)[] = []
  return async work => {
    if (free > 0) free--
    else await new Promise<void>(resolve => queue.push(resolve))
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next === undefined) free++
      else next()
    }
  }
}
