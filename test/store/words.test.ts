import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WordQuery } from '../../src/main/engine/base/domain.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { addFiles, note, photo, words } from './drawn.ts'

const exact = (...texts: string[]): WordQuery => ({ words: [], exact: texts, without: [], lastIsPrefix: false })
const typing = (...asked: string[]): WordQuery => ({ ...words(...asked), lastIsPrefix: true })

/** A library of one note for each text; its item ids count from one. */
function notes(...texts: string[]): Store {
  const store = openMemoryStore()
  const ids = addFiles(store, '/n', ...texts.map((_, i) => `${i}.md`))
  store.transaction(() =>
    texts.forEach((text, i) => store.items.saveReading(ids[i]!, note(`${i}`, [text], { title: '' })))
  )
  return store
}

const found = (store: Store, query: WordQuery): number[] =>
  [...new Set(store.words.search(query, 1000).map(({ itemId }) => itemId))].sort((a, b) => a - b)

test('words are found in every field of a photo, each as its own row', () => {
  const store = openMemoryStore()
  const [id] = addFiles(store, '/p', 'Lisbon trip/IMG_beach-day.jpg')
  store.items.saveReading(
    id!,
    photo('1', { title: 'Golden hour', description: 'Surfers waiting', keywords: ['ocean'] })
  )
  for (const word of ['beach', 'day', 'img', 'lisbon', 'golden', 'surfer', 'wait', 'OCEANS']) {
    expect(store.words.search(words(word), 9), word).toMatchObject([{ itemId: id, part: -1 }])
  }
  expect(store.words.search(words('p'), 9)).toEqual([])
})

test('a row with more of the words comes first, and the limit cuts the worse ones', () => {
  const store = notes('a hedgehog and a fox in the garden', 'a fox', 'nothing here', 'garden')
  const matches = store.words.search(words('hedgehog', 'fox', 'garden'), 10)
  expect(matches.map(({ itemId, part }) => [itemId, part])[0]).toEqual([1, 0])
  expect(matches).toHaveLength(3)
  expect(matches.every(({ bm25 }, i) => bm25 > 0 && bm25 <= (matches[i - 1]?.bm25 ?? Infinity))).toBe(true)
  expect(store.words.search(words('hedgehog', 'fox', 'garden'), 1)).toEqual(matches.slice(0, 1))
  expect(store.words.search(words('fox'), 10, new Set([2])).map(({ itemId }) => itemId)).toEqual([2])
  expect(store.words.search(words(), 10)).toEqual([])
  expect(store.words.count()).toBe(8)
})

test('accents and case do not matter, in whatever Unicode form they come', () => {
  const store = notes('Crème brûlée', 'CREME', 'cre\u0300me', 'Ελλάδα')
  expect(found(store, words('creme'))).toEqual([1, 2, 3])
  expect(found(store, words('CRÈME'))).toEqual([1, 2, 3])
  expect(found(store, words('ελλάδα'))).toEqual([4])
})

test('words are found as people type them, and marked as they are written', () => {
  const cases = [
    ['Łódź am Abend', 'lodz', 'Łódź'],
    ['Die Straße', 'strasse', 'Straße'],
    ['Ge\u00adsamt\u00adkonzept', 'Gesamtkonzept', 'Ge\u00adsamt\u00adkonzept'],
    ['תִּקּוּן עוֹלָם', 'עולם', 'עוֹלָם'],
    ['كَتَبَ الوَلَدُ', 'الولد', 'الوَلَدُ'],
    ['Зелёная ёлка', 'елка', 'ёлка'],
    ['ＵＳＢ stick', 'usb', 'ＵＳＢ'],
    ['a ﬁnal word', 'final', 'ﬁnal'],
    ['zanzibar🏖️ with friends', 'zanzibar', 'zanzibar'],
    ['an e-mail', 'email', 'e-mail'],
    ['an email', 'e-mail', 'email'],
    ['a plug‑in', 'plugin', 'plug‑in'],
    ['a well known place', 'well-known', 'well known']
  ].map(row => row.map(text => text.normalize('NFC')) as [string, string, string])
  const store = notes(...cases.map(([text]) => text))
  cases.forEach(([text, asked, marked], i) => {
    expect(found(store, words(asked)), asked).toContain(i + 1)
    const [marks = []] = store.words.marks(words(asked), [text])
    expect(marks.map(([start, end]) => text.slice(start, end)).join(' '), asked).toBe(marked)
  })
  expect(found(store, words('чаи'))).toEqual([])
})

test('apostrophes, dashes and signs that nobody sees are alike in exact words too', () => {
  const store = notes('don’t', "don't", 'a north–south line', 'a north-south line', 'Ge\u00adsamt', 'Gesamt', 'dont')
  expect(found(store, exact("don't"))).toEqual([1, 2])
  expect(found(store, exact('don’t'))).toEqual([1, 2])
  expect(found(store, exact('north-south'))).toEqual([3, 4])
  expect(found(store, exact('Gesamt'))).toEqual([5, 6])
  expect(found(store, { ...words('line'), without: ['north—south'] })).toEqual([])
})

test('exact words are not stemmed, stand next to each other, and begin and end where they say', () => {
  const store = notes(
    'walking the dog',
    'he walked the dogs',
    'The DOG\n  walking',
    'catalogue of C++ and C#',
    'cat. Dog'
  )
  expect(found(store, words('walk'))).toEqual([1, 2, 3])
  expect(found(store, exact('walking'))).toEqual([1, 3])
  expect(found(store, exact('the dog'))).toEqual([1, 3])
  expect(found(store, exact('dog walking'))).toEqual([3])
  expect(found(store, exact('cat'))).toEqual([5])
  expect(found(store, exact('C++'))).toEqual([4])
  expect(found(store, exact('c#'))).toEqual([4])
  expect(found(store, exact('cat. dog'))).toEqual([5])
  expect(found(store, exact('walking', 'dog'))).toEqual([1, 3])
  expect(found(store, exact('   '))).toEqual([])
})

test('accents count when the words are exact, Unicode forms do not', () => {
  const store = notes('a cafe\u0301', 'a caf\u00e9', 'a cafe')
  expect(found(store, exact('café'))).toEqual([1, 2])
  expect(found(store, exact('cafe'))).toEqual([3])
})

test('signs that are no words are found when they are exact', () => {
  const store = openMemoryStore()
  const [a, b, c, d] = addFiles(store, '/p', '🎉 party.jpg', 'b.jpg', 'c.md', 'd.jpg')
  store.items.saveReading(a!, photo('a'))
  store.items.saveReading(b!, photo('b', { keywords: ['🎉'] }))
  store.items.saveReading(c!, note('c', ['so 🎉 -> much']))
  store.items.saveReading(d!, photo('d', { description: 'nothing' }))
  expect(found(store, exact('🎉'))).toEqual([a, b, c])
  expect(found(store, exact('🎉  ->'))).toEqual([c])
  expect(found(store, exact('%'))).toEqual([])
  expect(found(store, words('🎉'))).toEqual([])
})

test('what must not stand there rules the whole item out', () => {
  const store = notes('a red boat', 'a red car and a boat', 'a blue boat', 'no entry here')
  expect(found(store, { ...words('boat'), without: ['cars'] })).toEqual([1, 3])
  expect(found(store, { ...words('boat'), exact: ['red'], without: ['car'] })).toEqual([1])
  const without = { ...words(), without: ['no entry', 'red'] }
  expect(store.words.allowed(without)).toEqual(new Set([3]))
  expect(store.words.allowed(exact('boat'))).toEqual(new Set([1, 2, 3]))
  expect(store.words.allowed(words('boat'))).toBeNull()
  expect(store.words.allowed({ ...words('boat'), without: [' '] })).toBeNull()
})

test('exact words may stand in different places of one item', () => {
  const store = openMemoryStore()
  const [id, other] = addFiles(store, '/n', 'n.md', 'o.md')
  store.items.saveReading(id!, note('1', ['the red dog', 'a blue cat']))
  store.items.saveReading(other!, note('2', ['the red dog']))
  expect(store.words.allowed(exact('red dog', 'blue cat'))).toEqual(new Set([id]))
})

test('what stands exactly is looked for again after every change', () => {
  const store = notes('a red dog', 'a blue dog')
  expect(found(store, exact('red dog'))).toEqual([1])
  store.items.saveReading(2, note('2', ['a red dog'], { title: '' }))
  expect(found(store, exact('red dog'))).toEqual([1, 2])
  store.items.remove([1])
  expect(store.words.allowed(exact('red dog'))).toEqual(new Set([2]))
})

test('a word is known when it stands somewhere, in whatever form', () => {
  const store = notes('He walked home', '東京タワー')
  expect(['walks', 'HOME', '東京', 'hom', '大阪', 'dog', '%'].map(word => store.words.knows(word))).toEqual([
    ...[true, true, true],
    ...[false, false, false, false]
  ])
})

test('a word that is still being typed is found at every letter, however it will be stemmed', () => {
  const whole = [
    'walking',
    'running',
    'making',
    'happiness',
    'cities',
    'photographs',
    'beaches',
    'celebrations',
    'swimming',
    'beautifully',
    'stories',
    'hiking',
    'wedding',
    'flowers'
  ]
  const store = notes(...whole)
  const lost: string[] = []
  whole.forEach((word, i) => {
    for (let length = 3; length <= word.length; length++) {
      if (!found(store, typing(word.slice(0, length))).includes(i + 1)) lost.push(word.slice(0, length))
    }
  })
  expect(lost).toEqual([])
  expect(found(store, typing('beaches', 'wal'))).toEqual([1, 7])
  expect(found(store, words('walkin'))).toEqual([])
})

test('words of scripts that write no spaces are found inside a sentence', () => {
  const store = notes(
    '昨日は東京タワーの夜景を見ました',
    '京都の夜',
    'วันนี้เราไปทะเลกับครอบครัว',
    '서울에서 만난 친구',
    'हिन्दी में लिखा',
    'ပုံများ',
    'カ\u3099ラス'
  )
  expect(found(store, words('東京'))).toEqual([1])
  expect(found(store, words('夜景'))).toEqual([1])
  expect(found(store, words('夜'))).toEqual([1, 2])
  expect(found(store, words('京都の夜景'))).toEqual([1, 2])
  expect(found(store, words('タワー'))).toEqual([1])
  expect(found(store, words('ทะเล'))).toEqual([3])
  expect(found(store, words('ทะล'))).toEqual([])
  expect(found(store, words('서울'))).toEqual([4])
  expect(found(store, words('हिन्दी'))).toEqual([5])
  expect(found(store, words('हिन्द'))).toEqual([])
  expect(found(store, words('ပုံ'))).toEqual([6])
  expect(found(store, words('ガラス'))).toEqual([7])
  expect(found(store, typing('東'))).toEqual([1])
  expect(found(store, exact('タワーの夜'))).toEqual([1])
})

test('it is shown which words of which fields matched', () => {
  const store = openMemoryStore()
  const [id, noteId] = addFiles(store, '/p', 'trip/MyBeachDay.jpg', 'n.md')
  store.items.saveReading(
    id!,
    photo('1', { title: 'Beaches', description: 'A dog 🐕 on the beach, the BEACH!', keywords: ['sand', 'sea'] })
  )
  store.items.saveReading(noteId!, note('2', ['nothing', '東京タワーの夜景 and dogs']))
  const marked = (query: WordQuery, itemId: number, part: number) =>
    store.words
      .evidence(query, [{ itemId, part }])[0]!
      .fields.map(
        ({ field, text, marks }) => `${field}: ${marks.map(([start, end]) => text.slice(start, end)).join('|')}`
      )
  expect(marked(words('beach', 'dogs'), id!, -1)).toEqual([
    'title: Beaches',
    'name: Beach',
    'description: dog|beach|BEACH'
  ])
  expect(marked(typing('bea'), id!, -1)).toEqual(['title: Beaches', 'name: Beach', 'description: beach|BEACH'])
  expect(marked(exact('on the beach', 'sand, sea'), id!, -1)).toEqual([
    'description: on the beach',
    'keywords: sand, sea'
  ])
  expect(marked(words('夜景', 'dog', '東京'), noteId!, 1)).toEqual(['text: 東京|夜景|dogs'])
  expect(marked(words('dog'), noteId!, 0)).toEqual([])
  expect(store.words.evidence(words('dog'), [{ itemId: 99, part: 0 }])).toEqual([{ itemId: 99, part: 0, fields: [] }])
})

const naughty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '"',
        '""',
        '*',
        '^',
        '(',
        ')',
        ' OR ',
        ' AND ',
        ' NOT ',
        'NEAR(',
        ':',
        'text:',
        '-',
        '+',
        '{',
        '}',
        ',',
        "'",
        ';',
        '\\',
        '\0',
        '\u001f',
        '\u0001',
        'fox',
        '東',
        '%',
        '_',
        '$',
        '[',
        '.*',
        '\n',
        '🦊',
        '\ud83e'
      )
    )
    .map(parts => parts.join(''))
)

test('a mark that stands alone, in a text or in a question, is a word without a letter and breaks neither', () => {
  const store = notes('\u0300 begins', 'plain words')
  const asked = (...words: string[]): WordQuery => ({ words, exact: [], without: [], lastIsPrefix: false })
  expect(found(store, asked('\u0300')).length).toBe(1)
  expect(found(store, asked('begins')).length).toBe(1)
  expect(found(store, { ...asked('plain'), without: ['\u0300'] }).length).toBe(1)
})

test('whatever a person types is words: nothing breaks, nothing is syntax', () => {
  const store = notes('the quick fox', 'fox OR hound NOT text:cat', '東京 "fox" * ^', '\u0001\u001f odd \0 fox \u0002')
  const list = fc.array(naughty, { maxLength: 3 })
  fc.assert(
    fc.property(list, list, list, fc.boolean(), (asked, exactly, without, lastIsPrefix) => {
      const query = { words: asked, exact: exactly, without, lastIsPrefix }
      const rows = store.words.search(query, 10)
      store.words.allowed(query)
      for (const { fields } of store.words.evidence(query, rows)) {
        for (const { text, marks } of fields) {
          let end = 0
          for (const mark of marks) {
            expect(mark[0]).toBeGreaterThanOrEqual(end)
            expect(mark[1]).toBeGreaterThan(mark[0])
            end = mark[1]
          }
          expect(end).toBeLessThanOrEqual(text.length)
        }
      }
    }),
    { numRuns: 400 }
  )
})

test('any text is found by any stretch of itself', () => {
  fc.assert(
    fc.property(naughty, fc.nat(), fc.nat(), (text, from, length) => {
      const start = text.length === 0 ? 0 : from % text.length
      const piece = text.slice(start, start + 1 + (length % 8)).trim()
      // A stretch that begins or ends inside a word is no exact match.
      const isWhole = (edge: string, other: string): boolean =>
        !/[\p{L}\p{N}\p{M}\p{Co}]/u.test(edge) || !/[\p{L}\p{N}\p{M}\p{Co}]/u.test(other)
      const at = text.indexOf(piece)
      if (piece === '' || !piece.isWellFormed() || !text.isWellFormed() || text.includes('\0')) return
      if (!isWhole(piece[0]!, text[at - 1] ?? '') || !isWhole(piece[piece.length - 1]!, text[at + piece.length] ?? ''))
        return
      if (/[^\0-\u02af]/u.test(text)) return
      const store = notes(text)
      expect(found(store, exact(piece)), JSON.stringify([text, piece])).toEqual([1])
      store.close()
    }),
    { numRuns: 150 }
  )
})
