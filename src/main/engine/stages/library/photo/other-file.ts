import type { ReadFailure } from '../../../base/domain.ts'

const readNames =
  /\.(?:jpe?g|jpe|jfif|png|webp|avif|gif|tiff?|bmp|dib|hei[cf]|hif|3fr|arw|cr[23w]|dcr|dng|erf|iiq|kdc|mef|mrw|nef|nrw|orf|pef|raf|raw|rw2|rwl|sr2|srf|srw|x3f|md|markdown|txt|text|html?|pdf|docx)$/i

/** Why a file that `sniff` calls `other` is not indexed. @param what as `sniff` says it: "a web page", "empty" */
export function otherFile(what: string, fileName: string, contentHash: string | null): ReadFailure {
  const failure = (code: ReadFailure['code'], reason: string): ReadFailure => ({
    kind: 'failure',
    code,
    reason,
    contentHash
  })
  if (what === 'empty') return failure('empty-file', 'This file is empty: it has no content at all.')
  const extension = readNames.exec(fileName)?.[0]
  if (extension === undefined) return failure('unsupported-format', `This file is ${what}, which Reverie cannot read.`)
  const promised = /^\.(?:md|markdown|txt|text|html?|pdf|docx)$/i.test(extension)
    ? 'a note'
    : 'a picture that Reverie can read'
  return failure(
    'wrong-content',
    `This file is ${what}, not ${promised}, although its name ends in ${extension.toLowerCase()}.`
  )
}
