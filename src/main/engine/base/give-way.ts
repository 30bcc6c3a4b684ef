/** Lets what waits go first, a question or a message: the engine lives in its host's main process. */
export function giveWay(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
