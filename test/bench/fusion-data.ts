import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import Database from 'better-sqlite3'

import type { ItemKind, WordMatch, WordQuery } from '../../src/main/engine/base/domain.ts'
import { cosineLanes, type CosinesFound } from '../../src/main/engine/features/searching/cosine-lanes.ts'
import type { GalleryName } from '../../src/main/engine/features/searching/model-galleries.ts'
import { commonnessOf } from '../../src/main/engine/stages/search/commonness.ts'
import { Gallery } from '../../src/main/engine/stages/search/gallery.ts'
import type { Kernels } from '../../src/main/engine/stages/search/kernels.ts'
import type { Linked } from '../../src/main/engine/stages/search/fuse.ts'
import { parseQuery } from '../../src/main/engine/stages/search/parse.ts'
import { commonnessTable } from './commonness-table.ts'
import type { Features } from './features.ts'

/** A real library of photos and notes, and questions whose answers are known from the alt texts that its author wrote. */
export interface BenchLibrary {
  readonly name: string
  readonly items: readonly BenchItem[]
  readonly questions: readonly Question[]
}

export interface BenchItem {
  readonly itemId: number
  readonly kind: ItemKind
  readonly path: string
  readonly title: string
  /** A note's passages, without the alt texts that are asked; empty for a photo. */
  readonly passages: readonly string[]
  /** Photos that a note embeds, and the notes that embed a photo. */
  readonly linked: readonly Linked[]
}

export interface Question {
  /**
   * `alt` and `title`: an author's words about one picture and one note; `tag`: an author's word for many notes; `caption` and
   * `label`: what strangers said of a photo, or of many; `absent`: nothing answers.
   */
  readonly kind: 'alt' | 'title' | 'tag' | 'caption' | 'label' | 'absent'
  readonly text: string
  readonly relevant: ReadonlySet<number>
}

/** What each lane finds for one question, raw. */
export interface LaneAnswers {
  readonly words: { readonly matches: readonly WordMatch[]; readonly ceiling: readonly number[] }
  readonly wordRows: number
  readonly cosines: readonly CosinesFound[]
}

/** Questions that neither library can answer: the honest reply is that nothing was found. */
const absent = [
  'zebra',
  'a giraffe eating leaves from a tall tree',
  'submarine',
  'ice hockey players on the rink',
  'wedding dress',
  'a horse jumping over a fence',
  'volcano eruption at night',
  'surfer riding a big wave',
  'tractor in a field of hay',
  'bagpipes',
  'two men boxing in a ring',
  'camel caravan in the desert',
  'roller coaster',
  'a penguin colony',
  'skydiving',
  'helicopter landing on a ship',
  'ballet dancers on stage',
  'an elephant in the river',
  'motorcycle race',
  'lighthouse by the sea'
]

export function readLibraries(data: string): readonly BenchLibrary[] {
  const apart = [
    readLibrary(join(data, 'library/recipes_basedcooking'), 'notes', 'static/pix'),
    readLibrary(join(data, 'library/blog_remy'), 'notes/public/blog', 'public/images'),
    readPhotos(join(data, 'coco_mini'))
  ]
  return [...apart, together(apart)]
}

/** One person's library: the notes and photos of all, so that every lane has something to find and something to get wrong. */
function together(libraries: readonly BenchLibrary[]): BenchLibrary {
  const items: BenchItem[] = []
  const questions: Question[] = []
  for (const library of libraries) {
    const offset = items.length
    const moved = (itemId: number) => itemId + offset
    items.push(
      ...library.items.map(item => ({
        ...item,
        itemId: moved(item.itemId),
        linked: item.linked.map(({ itemId, part }) => ({ itemId: moved(itemId), part }))
      }))
    )
    // The name of a thing ("pizza") also asks for recipes, which nobody labelled.
    for (const { kind, text, relevant } of library.questions.filter(question => question.kind !== 'label')) {
      if (kind === 'absent' && library !== libraries.at(-1)) continue
      questions.push({ kind, text, relevant: new Set([...relevant].map(moved)) })
    }
  }
  return { name: 'together', items, questions }
}

function readLibrary(folder: string, notes: string, pictures: string): BenchLibrary {
  const items: BenchItem[] = []
  const questions: Question[] = []
  const photos = new Map<string, number>()
  const tagged = new Map<string, Set<number>>()
  const files = (below: string) =>
    readdirSync(join(folder, below), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
  for (const path of files(pictures)) {
    const itemId = items.length + 1
    items.push({ itemId, kind: 'photo', path, title: '', passages: [], linked: [] })
    photos.set(stem(path), itemId)
  }
  for (const path of files(notes)) {
    const source = readFileSync(path, 'utf8')
    const itemId = items.length + 1
    const title = (/^title:\s*(.+)$/m.exec(source)?.[1] ?? '').replace(/^['"]+|['"]+$/g, '')
    const shown = new Map<number, number>()
    for (const { alt, target, at } of picturesIn(source)) {
      const photo = photos.get(stem(target))
      if (photo === undefined) continue
      if (!shown.has(photo)) shown.set(photo, Math.max(0, passagesOf(source.slice(0, at)).length - 1))
      if (alt.length > 2) questions.push({ kind: 'alt', text: alt, relevant: new Set([photo, itemId]) })
    }
    items.push({
      itemId,
      kind: 'note',
      path,
      title,
      passages: passagesOf(source),
      linked: [...shown].map(([photo, part]) => ({ itemId: photo, part }))
    })
    for (const tag of tagsOf(source)) {
      tagged.set(tag, new Set([...(tagged.get(tag) ?? []), itemId, ...shown.keys()]))
    }
    if (shown.size > 0) questions.push({ kind: 'title', text: title, relevant: new Set([...shown.keys(), itemId]) })
  }
  for (const [text, relevant] of tagged) if (relevant.size > 2) questions.push({ kind: 'tag', text, relevant })
  for (const text of absent) questions.push({ kind: 'absent', text, relevant: new Set() })
  return { name: basename(folder), items: items.map(item => ({ ...item, linked: linkedTo(item, items) })), questions }
}

function linkedTo({ itemId, linked }: BenchItem, items: readonly BenchItem[]): readonly Linked[] {
  const notes = items.filter(other => other.linked.some(shown => shown.itemId === itemId))
  return [...linked, ...notes.map(note => ({ itemId: note.itemId, part: null }))]
}

/** Photos without a word: the caption of each asks for it, and the name of each kind of thing for all that show one. */
function readPhotos(folder: string): BenchLibrary {
  const pairs = readFileSync(join(folder, 'pairs.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { image: string; captions: string[]; labels: string[] })
  const items = pairs.map(({ image }, i): BenchItem => ({
    itemId: i + 1,
    kind: 'photo',
    path: join(folder, image),
    title: '',
    passages: [],
    linked: []
  }))
  const questions = pairs.map(({ captions }, i): Question => ({
    kind: 'caption',
    text: captions[0]!,
    relevant: new Set([i + 1])
  }))
  const labels = new Set(pairs.flatMap(pair => pair.labels))
  for (const label of [...labels].sort()) {
    const shown = items.filter((_, i) => pairs[i]!.labels.includes(label)).map(item => item.itemId)
    questions.push({ kind: 'label', text: label, relevant: new Set(shown) })
  }
  const missing = absent.filter(
    text => ![...labels].some(label => text.includes(label)) && !/surf|ski|train/.test(text)
  )
  for (const text of missing) questions.push({ kind: 'absent', text, relevant: new Set() })
  return { name: basename(folder), items, questions }
}

const picturePattern = /!\[([^\]]*)\]\(\s*<?([^)\s>]+)[^)]*\)|<img\b[^>]*>/g

function picturesIn(source: string): { alt: string; target: string; at: number }[] {
  return [...source.matchAll(picturePattern)].map(({ 0: whole, 1: alt, 2: target, index }) => ({
    at: index,
    alt: (alt ?? /alt="([^"]*)"/.exec(whole)?.[1] ?? '').trim(),
    target: target ?? /src="([^"]*)"/.exec(whole)?.[1] ?? ''
  }))
}

/** `tags: [a, b]` or a list below it. The word index of the benchmark never sees them. */
function tagsOf(source: string): string[] {
  const front = /^---\n([\s\S]*?)\n---/.exec(source)?.[1] ?? ''
  const [, inline, list] = /^tags:(?:[ \t]*\[(.*)\]|[ \t]*\n((?:\s+- .*\n?)+))/m.exec(front) ?? []
  const tags = inline?.split(',') ?? list?.split('\n').map(line => line.replace(/^\s*- /, '')) ?? []
  return tags.map(tag => tag.replace(/['"]/g, '').trim().toLowerCase()).filter(tag => tag !== '')
}

function stem(path: string): string {
  return basename(path).replace(/\.[^.]*$/, '')
}

/** Paragraphs joined up to about 600 characters, with the pictures and their alt texts taken out. */
function passagesOf(source: string): string[] {
  const text = source
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(picturePattern, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`#>]/g, '')
  const passages: string[] = []
  let current = ''
  for (const paragraph of text.split(/\n\s*\n/).map(part => part.trim())) {
    if (current !== '' && current.length + paragraph.length > 600) {
      passages.push(current)
      current = ''
    }
    current = `${current}\n${paragraph}`.trim()
  }
  if (current !== '') passages.push(current)
  return passages
}

/** Answers every question of a library by every lane. Titles and file names can be hidden from the words. */
export async function answer(
  library: BenchLibrary,
  features: Features,
  kernels: Kernels,
  { namesHidden }: { namesHidden: boolean }
): Promise<readonly LaneAnswers[]> {
  const photos = library.items.filter(item => item.kind === 'photo')
  const passages = library.items.flatMap(item =>
    item.passages.map((text, part) => ({ itemId: item.itemId, part, text }))
  )
  const pictureVectors = await features.pictures(photos.map(photo => photo.path))
  const passageTexts = await features.texts(passages.map(passage => passage.text))
  const pictures = galleryOf(
    kernels,
    photos.map((photo, i) => ({ itemId: photo.itemId, part: 0, vector: pictureVectors[i]! }))
  )
  const meanings = galleryOf(
    kernels,
    passages.flatMap(({ itemId, part }, i) => {
      const text = passageTexts[i]
      return text == null ? [] : [{ itemId, part, vector: text.vector }]
    })
  )
  const words = wordIndex(library, namesHidden)
  const texts = library.questions.map(question => question.text)
  const encoded = await features.texts(texts)
  const galleries = {
    get: (name: GalleryName) => ({ pictures, texts: meanings, textsForPictures: null, likeness: null })[name]
  }
  const model = { active: features.model, galleries }
  const table = commonnessTable()
  return texts.map((text, i) => ({
    words: words.search(parseQuery(text).words),
    wordRows: words.rows,
    cosines: cosineLanes({
      ...{ model, text: encoded[i] ?? null, picture: null, allowed: null },
      commonness: commonnessOf(parseQuery(text).caption, table, true)
    })
  }))
}

export function galleryOf(
  kernels: Kernels,
  rows: readonly { itemId: number; part: number; vector: Float32Array }[]
): Gallery | null {
  if (rows.length === 0) return null
  const gallery = new Gallery({ kernels, dimension: rows[0]!.vector.length, fetch: () => new Float32Array() })
  gallery.add(rows.map((row, sequence) => ({ ...row, sequence })))
  return gallery
}

/** A word index like the store's: one row of title and name an item, one row a passage, Porter stems, Okapi BM25. */
function wordIndex(library: BenchLibrary, namesHidden: boolean) {
  const database = new Database(':memory:')
  database.exec(`CREATE VIRTUAL TABLE word USING fts5 (
    title, name, text, itemId UNINDEXED, part UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2')`)
  const insert = database.prepare('INSERT INTO word VALUES (?, ?, ?, ?, ?)')
  for (const item of library.items) {
    if (!namesHidden) insert.run(item.title, stem(item.path).replace(/[-_]/g, ' '), '', item.itemId, -1)
    item.passages.forEach((text, part) => insert.run('', '', text, item.itemId, part))
  }
  const select = database.prepare<[string, number], WordMatch>(
    'SELECT itemId, part, -bm25(word) AS bm25 FROM word WHERE word MATCH ? ORDER BY bm25 DESC, itemId, part LIMIT ?'
  )
  const rows = (database.prepare('SELECT count(*) AS n FROM word').get() as { n: number }).n
  const find = (words: readonly string[], limit: number) =>
    words.length === 0 ? [] : select.all(words.map(word => `"${word.replaceAll('"', '""')}"`).join(' OR '), limit)
  return {
    rows,
    search: (query: WordQuery) => ({
      matches: find(query.words, 1000),
      ceiling: query.words.map(word => find([word], 1)[0]?.bm25 ?? 0)
    })
  }
}
