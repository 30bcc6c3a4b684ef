import { join } from 'node:path'
import { config } from '../../base/config.ts'
import type { WorkItem } from '../../store/store.ts'
import type { ReadOutput } from '../../workers/encoder-api.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import type { Control } from '../../base/job-queue.ts'

export interface ReadItem {
  readonly item: WorkItem
  readonly output: ReadOutput
  /** What the person had said of it when its texts were encoded, as JSON; absent for nothing. */
  readonly own?: string
}

/**
 * Sends files through the encoder process, several at a time, and yields each as it is done: the order is the order of
 * finishing. `pace` is awaited before each file, so a pause lets the files that are under way finish and starts no other.
 */
export async function* readFiles(
  items: Iterable<WorkItem> | AsyncIterable<WorkItem>,
  encoder: Pick<EncoderProcess, 'read'>,
  control: Control,
  options: { readonly encodePicture: boolean }
): AsyncGenerator<ReadItem> {
  yield* several(items, control, async item => ({
    item,
    output: await encoder.read(
      {
        path: absolutePath(item, item.path),
        sidecarPaths: item.sidecarPaths.map(path => absolutePath(item, path)),
        modifiedMs: item.modifiedMs,
        encodePicture: options.encodePicture
      },
      control.signal
    )
  }))
}

/** Does it for as many items at a time as the encoder process has use for, in the order of finishing. */
export async function* several<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  control: { pace(): Promise<void> },
  work: (item: T) => Promise<R>
): AsyncGenerator<R> {
  const finished: R[] = []
  const failed: { readonly error: unknown }[] = []
  // Never rejects: a failure while nobody waits would be lost, and is thrown before the next results instead.
  const running = new Set<Promise<void>>()
  const take = (): R[] => {
    const [first] = failed
    if (first !== undefined) throw first.error
    return finished.splice(0)
  }
  for await (const item of items) {
    await control.pace()
    const working = work(item)
      .then(
        result => void finished.push(result),
        (error: unknown) => void failed.push({ error })
      )
      .finally(() => running.delete(working))
    running.add(working)
    if (running.size >= config.readsInFlight) await Promise.race(running)
    yield* take()
  }
  // Whoever takes the results may be long about it, and what runs may end meanwhile.
  while (running.size > 0 || finished.length > 0 || failed.length > 0) {
    if (finished.length === 0 && failed.length === 0) await Promise.race(running)
    yield* take()
  }
}

/** Items keep their path relative to the chosen folder, with `/`. */
export function absolutePath(item: Pick<WorkItem, 'folderPath'>, path: string): string {
  return join(item.folderPath, ...path.split('/'))
}
