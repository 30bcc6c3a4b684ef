import { seededRandom, type Random } from '../../src/main/engine/math/random.ts'
import { contentStems, type Commonness } from '../../src/main/engine/stages/search/commonness.ts'
import type { CaptionedPhoto } from './trust-data.ts'
import { absentThings, otherAbsentThings, subjects } from './trust-questions.ts'

/** Photos by their number in the list of all. */
export interface PhotoLibrary {
  readonly kind: string
  readonly photos: readonly number[]
}

export interface TrustQuestion {
  /**
   * `caption`: what a stranger said of a photo that is there; `subject`: a plain thing that photos show. Nothing answers the others:
   * `absent` was written by hand, `elsewhere` is a caption of a photo that is not there and resembles none, `unsaid` is a subject
   * that no caption says.
   */
  readonly kind: 'caption' | 'subject' | 'absent' | 'elsewhere' | 'unsaid'
  readonly text: string
  readonly right: ReadonlySet<number>
  /** Said once: perhaps right. */
  readonly unjudged: ReadonlySet<number>
}

/** 0: constants are fitted on it. 1: it is reported. Both photos and questions have a half. */
export type Half = 0 | 1

/** Of the words of a caption, by weight, that a photo's own captions must say. */
const heldEnough = 0.75
/** A photo that holds less than this resembles the caption in nothing. */
const heldLittle = 0.5
const mostAsked = { caption: 100, elsewhere: 40 } as const

/** What is right for what, by what strangers said of the photos. */
export class Judgement {
  readonly all: readonly CaptionedPhoto[]
  readonly #commonness: Commonness
  readonly #stems: readonly ReadonlySet<string>[]
  readonly #words: readonly (readonly ReadonlySet<string>[])[]

  constructor(all: readonly CaptionedPhoto[], commonness: Commonness) {
    this.all = all
    this.#commonness = commonness
    this.#stems = all.map(({ captions }) => new Set(captions.flatMap(contentStems)))
    this.#words = all.map(({ captions }) =>
      captions.map(caption => new Set(caption.toLowerCase().match(/[a-z]+/g) ?? []))
    )
  }

  /** Which part of a caption's words, each weighted by its rarity, a photo's captions say: 0…1. */
  held(caption: string, photo: number): number {
    let all = 0
    let held = 0
    for (const stem of contentStems(caption)) {
      const count = this.#commonness.byStem.get(stem) ?? 0
      const weight = Math.log(this.#commonness.captions / (count + 0.5))
      all += weight
      if (this.#stems[photo]?.has(stem) === true) held += weight
    }
    return all === 0 ? 0 : held / all
  }

  /** How many of a photo's captions say one of these words. */
  says(photo: number, words: readonly string[]): number {
    return (this.#words[photo] ?? []).filter(said => words.some(word => said.has(word))).length
  }

  /** The questions of one half for a library. */
  questions({ photos }: PhotoLibrary, half: Half, seed: number): TrustQuestion[] {
    const random = seededRandom(seed)
    const there = new Set(photos)
    const none: ReadonlySet<number> = new Set()
    const asked: TrustQuestion[] = []

    const own = photos.filter(photo => halfOf(photo) === half)
    const captions = own.flatMap(photo => (this.all[photo]?.captions ?? []).map(text => ({ photo, text })))
    for (const { photo, text } of some(captions, mostAsked.caption, random)) {
      const right = photos.filter(other => other === photo || this.held(text, other) >= heldEnough)
      asked.push({ kind: 'caption', text, right: new Set(right), unjudged: none })
    }
    for (const [i, [text, ...words]] of subjects.entries()) {
      if (i % 2 !== half) continue
      const counts = photos.map(photo => this.says(photo, words))
      const right = new Set(photos.filter((_, at) => (counts[at] ?? 0) >= 2))
      const unjudged = new Set(photos.filter((_, at) => counts[at] === 1))
      if (right.size > 0) asked.push({ kind: 'subject', text, right, unjudged })
      else if (unjudged.size === 0) asked.push({ kind: 'unsaid', text, right, unjudged })
    }
    const elsewhere = this.all.flatMap((one, photo) =>
      there.has(photo) || halfOf(photo) !== half ? [] : one.captions.slice(0, 1)
    )
    let taken = 0
    for (const text of some(elsewhere, elsewhere.length, random)) {
      if (taken === mostAsked.elsewhere) break
      if (photos.some(photo => this.held(text, photo) >= heldLittle)) continue
      asked.push({ kind: 'elsewhere', text, right: none, unjudged: none })
      taken++
    }
    for (const text of this.#absent(half)) asked.push({ kind: 'absent', text, right: none, unjudged: none })
    return asked
  }

  /** The things that no caption of any photo says. */
  #absent(half: Half): string[] {
    return (half === 0 ? otherAbsentThings : absentThings)
      .filter(
        ([, said]) => !this.all.some(({ captions }) => captions.some(caption => said.test(caption.toLowerCase())))
      )
      .map(([text]) => text)
  }

  /** The libraries of one half: drawn from its own photos, but for the large ones of the reported half, which need all photos. */
  libraries(half: Half): PhotoLibrary[] {
    const random = seededRandom(half === 0 ? 71 : 72)
    const all = this.all.map((_, photo) => photo)
    const own = all.filter(photo => halfOf(photo) === half)
    const drawn = (kind: string, times: number, draw: () => number[]): PhotoLibrary[] =>
      Array.from({ length: times }, () => ({ kind, photos: draw() }))
    const halfOfThem = (words: readonly string[], n: number): number[] => {
      const say = own.filter(photo => this.says(photo, words) >= 2)
      const others = own.filter(photo => this.says(photo, words) === 0)
      return [...some(say, n / 2, random), ...some(others, n / 2, random)]
    }
    const saying = (subject: string): readonly string[] => subjects.find(([text]) => text === subject)?.slice(1) ?? []
    return [
      ...drawn('20 photos', 40, () => some(own, 20, random)),
      ...drawn('100 photos', 12, () => some(own, 100, random)),
      ...drawn('600 photos', half === 0 ? 2 : 4, () => some(half === 0 ? own : all, half === 0 ? 500 : 600, random)),
      ...drawn('all photos', 1, () => (half === 0 ? own : all)),
      ...drawn('half dogs', 2, () => halfOfThem(saying('a dog'), 200)),
      ...drawn('half men', 2, () => halfOfThem(saying('a man'), 200)),
      ...drawn('half snow', 2, () => halfOfThem(saying('snow'), 60))
    ]
  }
}

export function halfOf(photo: number): Half {
  return ((photo ^ (photo >>> 3)) & 1) as Half
}

/** A few of a list, without order. */
export function some<T>(list: readonly T[], count: number, random: Random): T[] {
  return Array.from(random.permutation(list.length).subarray(0, count), at => list[at]).filter(one => one !== undefined)
}
