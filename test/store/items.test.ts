import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { addFiles, found, note, photo, unit, words } from './drawn.ts'

const failure = { kind: 'failure', code: 'corrupt', reason: 'The file ends too early.', contentHash: 'broken' } as const

test('a new file waits with what is known of it, and its name is kept to the letter', () => {
  const store = openMemoryStore()
  const { folderId } = store.folders.add('/photos', 0)
  const file = found('Cafe\u0301/ÎMG \\ 1.JPG', { sidecarPaths: ['Café/1.xmp'], sidecarStamp: 's' })
  store.items.add(folderId, [file])
  expect(store.items.inFolder(folderId)).toMatchObject([{ ...file, itemId: 1, status: 'waiting', contentHash: null }])
  expect(store.items.waiting(0, 10)).toMatchObject([
    { ...file, itemId: 1, folderId, folderPath: '/photos', contentHash: null }
  ])
  expect(store.items.waiting(1, 10)).toEqual([])
  expect(store.items.exists(1)).toBe(true)
  expect(store.items.exists(2)).toBe(false)
  expect(store.items.findPath('/photos/Cafe\u0301/ÎMG \\ 1.JPG')).toBe(1)
  expect(store.items.findPath('/photos2/x')).toBeUndefined()
})

test('a typed path finds a file whose name is spelled in the other Unicode form', () => {
  const store = openMemoryStore()
  const [decomposed, composed] = addFiles(store, '/photos', 'caf\u00e9.jpg'.normalize('NFD'), 'r\u00e9sum\u00e9.md')
  expect(store.items.findPath('/photos/caf\u00e9.jpg')).toBe(decomposed)
  expect(store.items.findPath('/photos/re\u0301sume\u0301.md')).toBe(composed)
})

test('eligible is indexed and failed and waiting, whatever happens to an item', () => {
  const store = openMemoryStore()
  const [a, b] = addFiles(store, '/photos', 'a.jpg', 'b.jpg', 'c.jpg')
  const counts = (): number[] => {
    const { eligible, indexed, failed, waiting } = store.items.counts()
    return [eligible, indexed, failed, waiting]
  }
  expect(counts()).toEqual([3, 0, 0, 3])
  store.items.saveReading(a!, photo('a'))
  store.items.saveFailure(b!, failure)
  expect(counts()).toEqual([3, 1, 1, 1])
  store.items.markChanged(a!, found('a.jpg', { sizeBytes: 2 }))
  expect(counts()).toEqual([3, 0, 1, 2])
  expect(store.items.retry([a!, b!])).toBe(1)
  expect(counts()).toEqual([3, 0, 0, 3])
  store.items.saveFailure(a!, failure)
  expect(store.items.retry(null)).toBe(1)
  store.items.remove([b!])
  expect(counts()).toEqual([2, 0, 0, 2])
  expect(store.items.counts(99)).toEqual({
    eligible: 0,
    indexed: 0,
    failed: 0,
    waiting: 0,
    unreachable: 0,
    excluded: 0
  })
})

test('a photo is shown as it was read', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/photos', 'trip/a.jpg')
  store.items.saveReading(
    id!,
    photo('h', {
      title: 'Harbour',
      description: 'Boats at night',
      keywords: ['boat', 'Night'],
      camera: 'X100',
      latitude: 1.5,
      longitude: -2
    })
  )
  expect(store.items.get(id!)).toEqual({
    ...{
      itemId: id,
      kind: 'photo',
      folderId: 1,
      path: '/photos/trip/a.jpg',
      title: 'Harbour',
      dateMs: 1_500_000_000_000
    },
    ...{ widthPx: 4000, heightPx: 3000, thumbhash: 'AQID', status: 'indexed', format: 'jpeg', sizeBytes: 1000 },
    ...{ dateSource: 'exif', dateOffsetMinutes: 120, latitude: 1.5, longitude: -2, camera: 'X100', lens: null },
    ...{ description: 'Boats at night', tags: ['boat', 'Night'], passages: [], related: [] },
    own: { caption: null, addedTags: [], removedTags: [], isFavourite: false }
  })
  expect(store.items.countByKind()).toEqual({ photos: 1, notes: 0 })
  expect(store.items.findContent('h')).toEqual([id])
  expect([...store.items.each()]).toEqual([
    {
      aliases: [],
      ...{ itemId: id, kind: 'photo', folderId: 1, path: 'trip/a.jpg', perceptualHash: '00ff00ff00ff00ff' },
      ...{ title: 'Harbour', description: 'Boats at night', keywords: ['boat', 'Night'] },
      ...{ contentHash: 'h', dateMs: 1_500_000_000_000, dateSource: 'exif', datePrecision: null }
    }
  ])
})

test('a note is shown with its passages and the photos that it shows, and a photo with its notes', () => {
  const store = openMemoryStore()
  const [noteId, one, two] = addFiles(store, '/n', 'n.md', '1.jpg', '2.jpg')
  const link = (target: string, start: number) => ({ kind: 'embed', target, text: '', start, part: 0 }) as const
  store.items.saveReading(one!, photo('1'))
  store.items.saveReading(two!, photo('2'))
  store.items.saveReading(
    noteId!,
    note('n', ['first', 'second'], { tags: ['diary'], links: [link('2.jpg', 1), link('1.jpg', 2), link('2.jpg', 3)] })
  )
  const target = { '1.jpg': one!, '2.jpg': two! } as Record<string, number>
  store.links.resolve(
    [...store.links.all()].map(({ linkId, target: name }) => ({ linkId, toId: target[name]!, isGuess: false }))
  )

  const shown = store.items.get(noteId!)!
  expect(shown).toMatchObject({ kind: 'note', title: 'A note', tags: ['diary'], widthPx: null, thumbhash: null })
  expect(shown.passages).toEqual([
    { part: 0, heading: 'Top › Below', text: 'first' },
    { part: 1, heading: 'Top › Below', text: 'second' }
  ])
  expect(shown.related.map(({ itemId }) => itemId)).toEqual([two, one])
  expect(store.items.get(one!)!.related.map(({ itemId }) => itemId)).toEqual([noteId])
  expect(shown.related.map(({ isGuess }) => isGuess)).toEqual([undefined, undefined])

  // One of the two links to the second photo is a guess: the other is none. The only link to the first is one.
  const [first, other, again] = [...store.links.all()].map(({ linkId }) => linkId)
  store.links.resolve([
    { linkId: first!, toId: two!, isGuess: true },
    { linkId: other!, toId: one!, isGuess: true },
    { linkId: again!, toId: two!, isGuess: false }
  ])
  expect(store.items.get(noteId!)!.related.map(({ itemId, isGuess }) => [itemId, isGuess])).toEqual([
    [two, undefined],
    [one, true]
  ])
  expect(store.items.get(one!)!.related.map(({ isGuess }) => isGuess)).toEqual([true])
})

test('a note is summed up with the first picture that it shows and the library has: no link, no note, no file that failed', () => {
  const store = openMemoryStore()
  const files = ['n.md', 'failed.jpg', 'linked.jpg', 'other.md', 'shown.jpg', 'later.jpg'] as const
  const [noteId, failed, linked, other, shown, later] = addFiles(store, '/n', ...files)
  for (const [i, photoId] of [linked, shown, later].entries()) store.items.saveReading(photoId!, photo(String(i)))
  store.items.saveFailure(failed!, { kind: 'failure', code: 'corrupt', reason: 'Broken.', contentHash: 'f' })
  store.items.saveReading(other!, note('o', ['x']))
  const embed = (target: string, start: number) => ({ kind: 'embed', target, text: '', start, part: 0 }) as const
  store.items.saveReading(
    noteId!,
    note('n', ['first'], {
      links: [
        embed('failed.jpg', 1),
        { ...embed('linked.jpg', 2), kind: 'link' },
        embed('other.md', 3),
        embed('nowhere.jpg', 4),
        embed('shown.jpg', 5),
        embed('later.jpg', 6)
      ]
    })
  )
  const target = {
    'failed.jpg': failed,
    'linked.jpg': linked,
    'other.md': other,
    'shown.jpg': shown,
    'later.jpg': later
  }
  store.links.resolve(
    [...store.links.all()].map(({ linkId, target: name }) => ({
      linkId,
      toId: target[name as keyof typeof target] ?? null,
      isGuess: false
    }))
  )
  const summaries = store.items.summaries([later!, noteId!, other!])
  expect([...summaries.keys()]).toEqual([later, noteId, other])
  expect([...summaries.values()].map(({ firstPhotoId }) => firstPhotoId)).toEqual([undefined, shown, undefined])
  store.items.remove([shown!])
  expect(store.items.summaries([noteId!]).get(noteId!)?.firstPhotoId).toBe(later)
  // The picture of another dish is no picture of this note.
  store.links.resolve([...store.links.all()].map(({ linkId, toId }) => ({ linkId, toId, isGuess: true })))
  expect(store.items.summaries([noteId!]).get(noteId!)?.firstPhotoId).toBeUndefined()
})

test('before it is read, an item has its file’s name and time', () => {
  const store = openMemoryStore()
  const [photoId, noteId] = addFiles(store, '/x', 'sub/a.HEIC', 'b.Md')
  expect(store.items.get(photoId!)).toMatchObject({
    kind: 'photo',
    title: 'a.HEIC',
    dateMs: 1_600_000_000_000,
    status: 'waiting',
    dateSource: 'file',
    format: null
  })
  expect(store.items.get(noteId!)?.kind).toBe('note')
  const summaries = store.items.summaries([noteId!, 99, photoId!])
  expect([...summaries.keys()]).toEqual([noteId, photoId])
  // A date that nobody has read is not known.
  expect([...summaries.values()].map(({ dateSource }) => dateSource)).toEqual([undefined, undefined])
  store.items.saveReading(noteId!, note('1', ['x']))
  expect(store.items.summaries([noteId!]).get(noteId!)?.dateSource).toBe('front-matter')
})

test('a changed file waits, and is found by its old words until it is read again', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/n', 'n.md')
  store.items.saveReading(id!, note('1', ['hedgehog']))
  store.items.markChanged(id!, found('n.md', { sizeBytes: 7 }))
  expect(store.items.waiting(0, 9).map(({ itemId, contentHash }) => [itemId, contentHash])).toEqual([[id, '1']])
  expect(store.words.search(words('hedgehog'), 9)).toHaveLength(1)
  expect(store.items.matching({})).toEqual([id])

  store.items.saveReading(id!, note('2', ['badger']))
  expect(store.words.search(words('hedgehog'), 9)).toEqual([])
  expect(store.words.search(words('badger'), 9)).toHaveLength(1)
})

test('a file that turns out broken loses everything that its old content gave', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/n', 'n.md')
  store.items.saveReading(id!, note('1', ['hedgehog'], { tags: ['garden'] }))
  store.items.markEncoded(id!, 'model')
  store.embeddings.save('text', [{ itemId: id!, part: 0, rotationDeg: 0, vector: unit(0) }])
  store.items.markChanged(id!, found('n.md'))
  store.items.saveFailure(id!, failure)
  expect(store.items.failures(9)).toEqual([
    { itemId: id, folderId: 1, path: '/n/n.md', code: 'corrupt', reason: 'The file ends too early.' }
  ])
  expect(store.words.search(words('hedgehog'), 9)).toEqual([])
  expect(store.items.matching({})).toEqual([])
  expect(store.items.matching({ isFailed: true })).toEqual([id])
  expect(store.items.texts(id!)).toEqual([])
  expect(store.embeddings.count('text')).toBe(0)
  expect([...store.items.each()]).toEqual([])
  expect(store.items.findContent('broken')).toEqual([])
  expect(store.items.inFolder(1)[0]?.contentHash).toBe('broken')
})

test('a file of which nothing can be read any more counts as what it is called', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/p', 'letter.jpg')
  store.items.saveReading(id!, note('A letter.', ['A letter.']))
  expect(store.items.countByKind()).toMatchObject({ notes: 1 })
  store.items.markChanged(id!, found('letter.jpg'))
  store.items.saveFailure(id!, failure)
  expect(store.items.summaries([id!]).get(id!)?.kind).toBe('photo')
})

test('a renamed file keeps everything and is found by its new name', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/p', 'IMG_beach-day.jpg')
  store.items.saveReading(id!, photo('1', { title: 'Sand' }))
  store.embeddings.save('image', [{ itemId: id!, part: 0, rotationDeg: 0, vector: unit(0) }])
  store.items.relocate(id!, found('winter/SnowyHills2021.jpg', { modifiedMs: 5 }))
  expect(store.items.counts().indexed).toBe(1)
  expect(store.embeddings.count('image')).toBe(1)
  expect(store.words.search(words('beach'), 9)).toEqual([])
  for (const word of ['winter', 'snowy', 'hills', '2021', 'SnowyHills2021', 'sand']) {
    expect(store.words.search(words(word), 9), word).toHaveLength(1)
  }
  expect(store.items.inFolder(1)[0]).toMatchObject({
    path: 'winter/SnowyHills2021.jpg',
    modifiedMs: 5,
    contentHash: '1'
  })
})

test('files that swapped their names are told apart, and a new file may take the name of one that moved', () => {
  const store = openMemoryStore()
  const [a, b] = addFiles(store, '/p', 'a.jpg', 'b.jpg')
  store.items.relocate(a!, found('b.jpg'))
  store.items.relocate(b!, found('a.jpg'))
  expect(store.items.findPath('/p/a.jpg')).toBe(b)
  expect(store.items.findPath('/p/b.jpg')).toBe(a)
  store.items.add(1, [found('b.jpg')])
  store.items.relocate(a!, found('c.jpg'))
  expect(store.items.inFolder(1).map(({ path }) => path)).toEqual(['c.jpg', 'a.jpg', 'b.jpg'])
})

test('what was written about a photo is encoded as caption and keywords, and nothing twice', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/p', 'a.jpg')
  const texts = (metadata: Parameters<typeof photo>[1]) => {
    store.items.saveReading(id!, photo('1', metadata))
    return store.items.texts(id!).map(({ part, text }) => `${part} ${text}`)
  }
  expect(texts({})).toEqual([])
  expect(texts({ title: 'Harbour', description: 'Boats at night', keywords: ['boat', ' ', 'sea'] })).toEqual([
    '1 Harbour. Boats at night',
    '2 boat, sea'
  ])
  expect(texts({ title: 'Where are we?', description: 'Lost' })).toEqual(['1 Where are we? Lost'])
  expect(texts({ title: 'Harbour', description: 'The harbour at night' })).toEqual(['1 The harbour at night'])
  expect(texts({ title: 'The harbour at night', description: 'Harbour' })).toEqual(['1 The harbour at night'])
  expect(texts({ keywords: ['boat'] })).toEqual(['2 boat'])
})

test('an embedding never outlives what it was made from', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/p', 'a.jpg')
  const encode = () => {
    const rows = [0, 1, 2].map(part => ({ itemId: id!, part, rotationDeg: 0 as const, vector: unit(part) }))
    for (const encoder of ['one', 'other']) store.embeddings.save(encoder, rows)
    store.embeddings.save('one', [{ itemId: id!, part: 0, rotationDeg: 90, vector: unit(3) }])
    store.projections.save('space', rows)
    store.items.markEncoded(id!, 'model')
  }
  const parts = () => [...store.embeddings.each('other')].map(({ part }) => part)
  const projected = () => [...store.projections.each('space')].map(({ part }) => part)
  const metadata = { description: 'Boats', keywords: ['boat'] }
  store.items.saveReading(id!, photo('1', metadata))
  encode()

  store.items.saveReading(id!, photo('1', metadata))
  expect(parts()).toEqual([0, 1, 2])
  expect(store.items.countUnencoded('model')).toBe(0)
  store.items.saveReading(id!, photo('1', { ...metadata, description: 'Ships' }))
  expect(parts()).toEqual([0, 2])
  expect(projected()).toEqual([0, 2])
  store.items.saveReading(id!, photo('1', {}))
  expect(parts()).toEqual([0])
  expect(store.embeddings.get('one', { itemId: id!, part: 0 }, 90)).toEqual(unit(3))
  // No model has seen the new words.
  expect(store.items.countUnencoded('model')).toBe(1)

  encode()
  expect(store.items.countUnencoded('model')).toBe(0)
  store.items.saveReading(id!, photo('2', metadata))
  expect(parts()).toEqual([])
  expect(projected()).toEqual([])
  expect(store.embeddings.get('one', { itemId: id!, part: 0 }, 90)).toBeUndefined()
  expect(store.items.countUnencoded('model')).toBe(1)
})

test('indexed items that a model has not encoded are found range by range; waiting and failed ones are not among them', () => {
  const store = openMemoryStore()
  const [a, b, c, d] = addFiles(store, '/p', 'a.jpg', 'b.md', 'c.jpg', 'd.jpg', 'e.jpg')
  for (const id of [a!, c!]) store.items.saveReading(id, photo(`${id}`))
  store.items.saveReading(b!, note('note without text', []))
  store.items.saveFailure(d!, failure)
  store.items.markEncoded(c!, 'model')
  const ids = (from: number, to: number) => store.items.unencoded('model', { from, to }).map(({ itemId }) => itemId)
  expect(ids(0, 9)).toEqual([a, b])
  expect(ids(0, b!)).toEqual([a])
  expect(ids(b!, 9)).toEqual([b])
  expect(store.items.countUnencoded('model')).toBe(2)
  expect(store.items.countUnencoded('other model')).toBe(3)
  store.items.markEncoded(b!, 'model')
  store.items.markEncoded(b!, 'model')
  expect(store.items.countUnencoded('model')).toBe(1)
})

test('reading an item that was removed in the meantime does nothing', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/p', 'a.jpg')
  store.items.remove([id!])
  store.items.saveReading(id!, photo('1', { title: 'ghost' }))
  store.items.saveFailure(id!, failure)
  store.items.relocate(id!, found('b.jpg'))
  expect(store.items.counts().eligible).toBe(0)
  expect(store.words.search(words('ghost'), 9)).toEqual([])
})

test('all items are walked through while they are being written', () => {
  const store = openMemoryStore()
  const ids = addFiles(store, '/p', ...Array.from({ length: 1200 }, (_, i) => `${i}.jpg`))
  store.transaction(() => ids.forEach(id => store.items.saveReading(id, photo(`${id}`))))
  let count = 0
  for (const { itemId } of store.items.each()) {
    count++
    store.items.relocate(itemId, found(`moved/${itemId}.jpg`))
  }
  expect(count).toBe(1200)
})

test('a date that is only the file’s own follows the file; one that is written stays', () => {
  const store = openMemoryStore()
  const [fromFile = 0, written = 0] = addFiles(store, '/x', 'a.md', 'b.jpg')
  const modifiedMs = 1_600_000_000_000
  const localMs = modifiedMs - new Date(modifiedMs).getTimezoneOffset() * 60_000
  store.items.saveReading(fromFile, note('n', ['text'], { date: { localMs: 5, offsetMinutes: 7, source: 'file' } }))
  store.items.saveReading(written, photo('p', { localMs: 6 }))
  for (const [itemId, path] of [
    [fromFile, 'a.md'],
    [written, 'b.jpg']
  ] as const)
    store.items.relocate(itemId, found(path, { modifiedMs }))
  expect(store.items.get(fromFile)).toMatchObject({ dateMs: localMs, dateSource: 'file' })
  expect(store.items.get(written)).toMatchObject({ dateMs: 6, dateSource: 'exif' })
})

test('of a date of which only the year is known no more is shown, until it is read anew', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/photos', 'a.jpg')
  const precision = () => [store.items.get(id!)?.datePrecision, store.items.summaries([id!]).get(id!)?.datePrecision]
  const read = photo('h')
  const date = { localMs: Date.UTC(1987, 0), offsetMinutes: null, source: 'exif', precision: 'year' } as const
  store.items.saveReading(id!, { ...read, metadata: { ...read.metadata, date } })
  expect(precision()).toEqual(['year', 'year'])
  expect([...store.items.each()][0]?.datePrecision).toBe('year')
  store.items.saveReading(id!, read)
  expect(precision()).toEqual([undefined, undefined])
})
