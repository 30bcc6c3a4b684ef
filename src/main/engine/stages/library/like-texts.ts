import type { Steps } from '../../base/give-way.ts'
import { DisjointSets } from '../../math/disjoint-sets.ts'
import { foldWords } from './captions.ts'

/**
 * Of the different words of two texts, the share that both have (Jaccard). Of the 7,000 photos of Flickr8k with one caption each it joins
 * 7 at most; with five captions each, 404, because “a dog runs through grass” is said of many.
 */
const nearlyEqual = 0.8

interface Words {
  readonly position: number
  /** Numbers of its different words, ascending, the rarest word first. */
  readonly words: Int32Array
}

/**
 * Puts texts that say the same or nearly the same into one group: of the different words of two at least four in five are in both. What is like
 * one text of a group belongs to it.
 *
 * Words are looked up from the rarest on: of n words the n − ⌈.8 n⌉ + 1 rarest must hold one that the other has among its own.
 *
 * @returns [n] the group of each text, numbered from 0 in the order they are met
 * @see Chaudhuri, Ganti & Kaushik, A primitive operator for similarity joins in data cleaning, ICDE 2006 (prefix filter)
 */
export function* groupLikeTexts(texts: readonly string[]): Steps<Int32Array> {
  const groups = new DisjointSets(texts.length)
  const distinct = yield* distinctTexts(texts, groups)
  const byWord = new Map<number, { from: number; readonly texts: Words[] }>()
  for (const text of yield* numbered(distinct)) {
    yield
    const n = text.words.length
    for (const word of text.words.subarray(0, n - Math.ceil(nearlyEqual * n) + 1)) {
      const holding = byWord.get(word) ?? { from: 0, texts: [] }
      // They come by their number of words: what is too short for this one is too short for all that follow.
      while ((holding.texts[holding.from]?.words.length ?? n) < nearlyEqual * n) holding.from++
      for (let i = holding.from; i < holding.texts.length; i++) {
        const other = holding.texts[i]
        if (other === undefined || groups.areJoined(other.position, text.position)) continue
        const shared = inBoth(text.words, other.words)
        if (shared >= nearlyEqual * (n + other.words.length - shared)) groups.join(other.position, text.position)
      }
      holding.texts.push(text)
      byWord.set(word, holding)
    }
  }
  return groups.numbered()
}

interface Distinct {
  readonly position: number
  readonly words: readonly string[]
}

/** The first of each set of words; the others are joined with it. */
function* distinctTexts(texts: readonly string[], groups: DisjointSets): Steps<readonly Distinct[]> {
  const sets: string[][] = []
  for (const text of texts) {
    sets.push([...new Set(foldWords(text).split(' '))].sort())
    yield
  }
  const first = groups.joinEqual(sets.map((words, position) => [words.join(' '), position] as const))
  return first.map(position => ({ position, words: sets[position] ?? [] }))
}

/** Words as numbers, the rarest lowest; texts with few words first. */
function* numbered(texts: readonly Distinct[]): Steps<Words[]> {
  const counts = new Map<string, number>()
  for (const { words } of texts) {
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    yield
  }
  const byRarity = [...counts].sort(([a, one], [b, other]) => one - other || (a < b ? -1 : 1))
  const numbers = new Map(byRarity.map(([word], number) => [word, number]))
  const found: Words[] = []
  for (const { position, words } of texts) {
    found.push({ position, words: Int32Array.from(words, word => numbers.get(word) ?? 0).sort() })
    yield
  }
  return found.sort((a, b) => a.words.length - b.words.length)
}

/** How many numbers two ascending lists share. */
function inBoth(a: Int32Array, b: Int32Array): number {
  let shared = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [one = 0, other = 0] = [a[i], b[j]]
    if (one === other) shared++
    if (one <= other) i++
    if (other <= one) j++
  }
  return shared
}
