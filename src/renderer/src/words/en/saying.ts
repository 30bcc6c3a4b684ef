import type { OwnWords } from '../../../../shared/items.ts'
import type { HitVerdict } from '../../../../shared/saying.ts'
import { isolated } from '../isolated.ts'
import { count, list, number } from './formats.ts'

/** What the page says of what the person says: captions, tags, favourites, right and wrong. */
export const sayingWords = {
  /** Over what is said of the open item. */
  title: 'In your words',
  caption: 'Your caption',
  captionHint: 'Write what this shows…',
  tags: 'Tags',
  addTag: 'Add a tag',
  addTags: 'Add tags',
  removeTag: (tag: string): string => `Take away the tag ${isolated(tag)}`,
  favourite: 'Favourite',
  about: 'Kept by Reverie, found by words at once. The file is not touched.',
  done: (items: number): string => `What you said is kept for ${count(items, 'item')}. No file was touched.`,
  undo: 'Undo',
  /** On a tile. */
  marks: {
    favourite: 'Favourite',
    verdict: (verdict: HitVerdict): string =>
      verdict === 'right' ? 'You said: right for this' : 'You said: wrong for this'
  },
  verdict: {
    label: 'Does it belong to what you asked?',
    right: 'Right for this',
    wrong: 'Wrong for this',
    rightHint: 'When you ask the same again, it is shown as relevant',
    wrongHint: 'When you ask the same again, it is not shown as relevant'
  },
  selection: {
    open: 'Say…',
    hint: 'A caption, tags, a favourite, right or wrong',
    title: (n: number): string => `Say of ${count(n, 'item')}`,
    caption: 'Caption for all of them',
    /** Where a note is among them. */
    noCaption: 'A caption is for photos; there is a note among them.',
    add: 'Tags to add',
    remove: 'Tags to take away',
    tagsHint: 'Separated by commas',
    favourite: 'Favourite',
    favourites: { keep: 'As it is', yes: 'Favourites', no: 'No favourites' },
    right: 'All are right for this',
    wrong: 'All are wrong for this',
    save: 'Keep',
    cancel: 'Cancel'
  },
  sidecars: {
    some: (n: number): string => (n === 1 ? 'Write an XMP file…' : 'Write XMP files…'),
    title: (n: number): string => `XMP files beside ${count(n, 'photo')}`,
    what: 'This is written for other programs to read. What they wrote there stays, and no photo is touched.',
    without: (n: number): string =>
      `Of ${count(n, 'photo')} you say nothing: nothing is written, and what Reverie wrote there before is taken out.`,
    write: 'Write',
    cancel: 'Cancel',
    close: 'Close'
  },
  list: {
    title: (n: number): string => `You said something of ${count(n, 'file')}`,
    none: 'You have said nothing of photos and notes yet',
    detail: 'Kept by what is in the files, so that it survives a move and a lost index. The files are not touched.',
    notHere: 'A file that is not in the library now',
    words: ({ caption, addedTags, removedTags, isFavourite }: OwnWords): string =>
      [
        ...(isFavourite ? ['favourite'] : []),
        ...(caption === null ? [] : [`“${isolated(caption)}”`]),
        ...(addedTags.length === 0 ? [] : [`tagged ${list(addedTags.map(isolated))}`]),
        ...(removedTags.length === 0 ? [] : [`not ${list(removedTags.map(isolated))}`])
      ].join(', '),
    verdicts: (n: number): string => `You said ${number(n)} times what is right or wrong`,
    noVerdicts: 'You have said of no answer that it is right or wrong',
    verdict: (verdict: HitVerdict, question: string): string =>
      question === ''
        ? `${verdict === 'right' ? 'Right' : 'Wrong'} for a picture`
        : `${verdict === 'right' ? 'Right' : 'Wrong'} for “${isolated(question)}”`,
    sidecars: 'Write XMP files beside the photos',
    sidecarsHint: 'For other programs; what they wrote stays, and no photo is touched',
    export: 'Export as JSON',
    written: (written: number, same: number, failed: number): string =>
      `${count(written, 'XMP file')} written, ${number(same)} as they were, ${number(failed)} could not be written.`,
    takeBack: 'Take back',
    takeBackNamed: (name: string): string => `Take back what you said of ${name}`,
    takeBackGone: (said: string): string => `Take back what you said of a file that is not in the library now: ${said}`,
    more: (n: number): string => `and ${number(n)} more`
  }
} as const
