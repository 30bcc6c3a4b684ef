import type { FitReport } from '../../engine/engine.ts'
import type { Counts, LibraryStatus } from '../../../shared/library.ts'
import type { FailedItem, ItemSummary } from '../../../shared/items.ts'
import { endOfSure, type Hit, type Reason } from '../../../shared/searching.ts'
import type { PairsAnswer, Readiness } from '../../../shared/learning.ts'

/** What a terminal must not be told: a file name may hold escape sequences that move the cursor or worse. */
export function safe(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
}

export const countOfFiles = (files: number): string => `${files} ${files === 1 ? 'file' : 'files'}`

/** A hit, and when they are folded those that show the same as it. */
export interface PrintedHit extends Hit {
  readonly alike?: readonly Hit[]
}

/** @param hasEvidence  false: nothing is like what was asked, and the hits are the nearest all the same */
export function hitLines(hits: readonly PrintedHit[], hasEvidence: boolean): string[] {
  if (hits.length === 0) return ['Nothing found.']
  const unsure = endOfSure(hits)
  const nothing = hasEvidence ? [] : ['Nothing like this here. The nearest:']
  const lines = hits.flatMap((hit, i) => [
    ...(i === unsure && i > 0 ? ['Less sure from here:'] : []),
    `${hit.score.toFixed(2)}  ${hit.kind === 'photo' ? 'photo' : 'note '}  ${safe(hit.path)}`,
    ...(hit.unreachable === undefined ? [] : [`            not reachable now: ${safe(hit.unreachable)}`]),
    ...dateLine(hit),
    ...hit.reasons.map(reason => `            ${safe(reasonText(reason))}`),
    ...(hit.alike ?? []).map(({ path }) => `            shows the same: ${safe(path)}`)
  ])
  return [...nothing, ...lines]
}

/** The day, or as much of it as is known. */
function dateLine({ kind, dateMs, dateSource, datePrecision }: ItemSummary): string[] {
  if (dateSource === undefined) return []
  const date = new Date(dateMs).toISOString().slice(0, { year: 4, month: 7, day: 10 }[datePrecision ?? 'day'])
  // A photo's file says when it was copied, not when the photo was taken.
  return [
    `            ${dateSource === 'file' ? `its file is of ${date}` : `${kind === 'photo' ? 'taken' : 'written'} ${date}`}`
  ]
}

function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'words':
      return `${reason.field === 'text' ? 'says' : `its ${reason.field} says`} ${reason.words.map(word => `“${word}”`).join(', ')}`
    case 'picture':
      return `looks like it (cosine ${reason.cosine.toFixed(2)})`
    case 'meaning':
      return `means it: “${reason.text.length > 90 ? `${reason.text.slice(0, 89)}…` : reason.text}”`
    case 'shown':
      return reason.like === undefined
        ? `shown together with “${reason.title}”`
        : `shows a photo like it: “${reason.title}” (cosine ${reason.like.cosine.toFixed(2)})`
    case 'said':
      return `you said: ${reason.verdict} for this`
    case 'same':
      return 'the same file'
    case 'filter':
      return 'fits the filters'
  }
}

/** That not all of a long note is found by its meaning. */
export function longNoteLines({ longNotes: { count, encodedPassages } }: LibraryStatus): string[] {
  if (count === 0) return []
  const notes = count === 1 ? 'one long note' : `${count} long notes`
  return [
    `In ${notes} the first ${encodedPassages.toLocaleString('en')} passages are found by their meaning, the rest by its words.`
  ]
}

export function statusLines(library: LibraryStatus): string[] {
  const { model } = library
  return [
    countsText(library, ` (${library.photos} photos, ${library.notes} notes)`),
    ...library.folders.map(
      folder =>
        `  ${safe(folder.path)}: ${countsText(folder).replace(' files: ', ' files, ')}${folder.isReachable ? '' : ' (not reachable now; nothing is forgotten)'}`
    ),
    ...library.folders.flatMap(folder =>
      folder.problems.map(({ path, reason }) => `  not looked into: ${safe(path)}: ${safe(reason)}`)
    ),
    ...longNoteLines(library),
    model === null
      ? 'Model: none. Search uses words only.'
      : `Model: ${safe(model.name)}${model.hasCommonSpace ? '' : ' (no map between pictures and words yet)'}${library.unencoded === 0 ? '' : `, ${library.unencoded} items still to encode`}`,
    `Database ${megabytes(library.databaseBytes)}, thumbnails ${megabytes(library.thumbnailBytes)}`
  ]
}

/** Every file in one of these numbers; those that are seldom are told where there are any. @param kinds  of what is indexed */
export function countsText(counts: Counts, kinds = ''): string {
  const { eligible, indexed, failed, waiting, unreachable, excluded } = counts
  const seldom = [
    ...(unreachable === 0 ? [] : [`, ${unreachable} unreachable`]),
    ...(excluded === 0 ? [] : [`, ${excluded} left out`])
  ]
  return `${eligible} files: ${indexed} indexed${kinds}, ${failed} failed, ${waiting} waiting${seldom.join('')}`
}

export function failureLines(failures: readonly FailedItem[]): string[] {
  if (failures.length === 0) return ['No file failed.']
  return failures.map(({ path, code, reason }) => `${safe(path)}\n    ${code}: ${safe(reason)}`)
}

export function pairLines({ pairs, counts, readiness }: PairsAnswer): string[] {
  return [
    ...pairs.map(({ photoPath, text, reason, weight, verdict }) => {
      const judged = verdict === 'rejected' ? ' (rejected: not learned from)' : ''
      return `${weight.toFixed(2)}  ${reason}  ${safe(photoPath)}${judged}\n    ${safe(text)}`
    }),
    `${readiness.pairs} pairs${counts.map(({ reason, pairs: count }) => `, ${count} by ${reason}`).join('')}`,
    readinessSentence(readiness)
  ]
}

function readinessSentence({ photos, different, groups, level, missing, missingGroups }: Readiness): string {
  const found = `${photos} photos with a text, of which ${different} differ, of ${groups} notes or subjects`
  switch (level) {
    case 'none':
      return missing > 0
        ? `${found}: ${missing} more photos are needed before anything can be learned from them.`
        : `${found}: ${missingGroups} more notes or subjects are needed to tell whether anything was learned from them.`
    case 'few':
      return `${found}: enough to learn from; with ${missing} more photos also that a turned photo is the same photo.`
    case 'enough':
      return `${found}: enough to learn everything from.`
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

export function fitLines({
  method,
  dimension,
  images,
  texts,
  seconds,
  regularisation,
  before,
  after
}: FitReport): string[] {
  const how = method === 'cca' ? ` (regularisation ${regularisation ?? ''})` : ''
  return [
    `Fitted a map of ${dimension} dimensions on ${images} photos and ${texts} texts in ${seconds} s${how}.`,
    ...(before === null || after === null
      ? []
      : (['textToImage', 'imageToText'] as const).map(direction => {
          const name = direction === 'textToImage' ? 'text to image' : 'image to text'
          const change = (of: 'r1' | 'r10' | 'mrr'): string =>
            `${before[direction][of].toFixed(3)} → ${after[direction][of].toFixed(3)}`
          return `held out, ${name}: R@1 ${change('r1')}  R@10 ${change('r10')}  MRR ${change('mrr')}`
        }))
  ]
}
