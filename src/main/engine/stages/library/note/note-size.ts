import type { NoteFormat } from '../../../base/domain.ts'
import type { NoteLimits } from './limits.ts'
import { Refusal } from './refusal.ts'

const carryPictures: ReadonlySet<NoteFormat> = new Set(['pdf', 'docx', 'opendocument', 'epub', 'pptx', 'xlsx'])

/** The largest file of a format that is read, in bytes. */
export function largestNote(format: NoteFormat, limits: NoteLimits): number {
  return carryPictures.has(format) ? limits.maxDocumentBytes : limits.maxTextBytes
}

/** @throws Refusal too-large: before a byte is read */
export function checkNoteSize(sizeBytes: number, format: NoteFormat, limits: NoteLimits): void {
  const most = largestNote(format, limits)
  if (sizeBytes <= most) return
  throw new Refusal(
    'too-large',
    `This file has ${megabytes(sizeBytes)} MB; notes of this kind are read up to ${megabytes(most)} MB.`
  )
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)
}
