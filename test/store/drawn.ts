import type { FoundFile, NoteReading, PhotoMetadata, PhotoReading } from '../../src/main/engine/base/domain.ts'
import type { Store } from '../../src/main/engine/store/store.ts'

export function found(path: string, more: Partial<FoundFile> = {}): FoundFile {
  return { path, sizeBytes: 1000, modifiedMs: 1_600_000_000_000, sidecarPaths: [], sidecarStamp: '', ...more }
}

export function photo(
  contentHash: string,
  metadata: Partial<PhotoMetadata> & { localMs?: number } = {},
  more: Partial<PhotoReading> = {}
): PhotoReading {
  const { localMs = 1_500_000_000_000, ...rest } = metadata
  return {
    kind: 'photo',
    contentHash,
    format: 'jpeg',
    widthPx: 4000,
    heightPx: 3000,
    metadata: {
      date: { localMs, offsetMinutes: 120, source: 'exif' },
      ...{ latitude: null, longitude: null, camera: null, lens: null, title: null, description: null, keywords: [] },
      ...rest
    },
    thumbnail: { jpeg: Uint8Array.of(0xff, 0xd8), widthPx: 320, heightPx: 240 },
    thumbhash: Uint8Array.of(1, 2, 3),
    perceptualHash: '00ff00ff00ff00ff',
    ...more
  }
}

export function note(contentHash: string, passages: readonly string[], more: Partial<NoteReading> = {}): NoteReading {
  return {
    kind: 'note',
    contentHash,
    format: 'markdown',
    title: 'A note',
    date: { localMs: 1_400_000_000_000, offsetMinutes: null, source: 'front-matter' },
    tags: [],
    text: passages.join('\n\n'),
    passages: passages.map((text, part) => ({
      part,
      start: part * 10,
      end: part * 10 + 5,
      heading: 'Top › Below',
      text
    })),
    links: [],
    ...more
  }
}

/** Adds files to a folder of the library. @returns their item ids, in order */
export function addFiles(store: Store, folderPath: string, ...paths: readonly string[]): number[] {
  const { folderId } = store.folders.add(folderPath, 0)
  store.items.add(
    folderId,
    paths.map(path => found(path))
  )
  const known = store.items.inFolder(folderId)
  return paths.map(path => known.find(file => file.path === path)!.itemId)
}

/** Brings an item that was set aside back at once. @returns false when it is not aside */
export function takeBack(store: Store, itemId: number): boolean {
  return store.transaction(() => {
    const steps = store.items.takeBackInSteps(itemId)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
    }
  })
}

/** A unit vector with its one in a place. */
export function unit(place: number, dimension = 4): Float32Array {
  const vector = new Float32Array(dimension)
  vector[place % dimension] = 1
  return vector
}

export const words = (...asked: string[]) => ({ words: asked, exact: [], without: [], lastIsPrefix: false })
