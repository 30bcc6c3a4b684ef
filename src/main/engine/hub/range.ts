/** The part of an answer's head that says which bytes come. */
export interface Head {
  readonly status: number
  readonly contentRange: string | null
  readonly contentLength: string | null
}

/**
 * What an answer to “from byte `have` on” brings, of a file of `size` bytes. `rest`: exactly that. `whole`: everything from the
 * beginning, because the server does not know ranges or the file is another one now. `useless`: some other bytes, so that
 * everything has to be asked for again, without a range. `too-long`: more than was announced.
 */
export type Brings = 'rest' | 'whole' | 'useless' | 'too-long'

export function brings({ status, contentRange, contentLength }: Head, have: number, size: number): Brings {
  const length = contentLength !== null && /^\d{1,15}$/.test(contentLength) ? Number(contentLength) : null
  if (status === 200) return length !== null && length > size ? 'too-long' : 'whole'
  if (status !== 206) return 'useless'
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(contentRange ?? '')
  if (range === null) return 'useless'
  const [first, last] = [Number(range[1]), Number(range[2])]
  if (first !== have || last < first) return 'useless'
  const total = range[3] === '*' ? size : Number(range[3])
  if (last >= size || total > size || (length !== null && length > size - have)) return 'too-long'
  return total === size ? 'rest' : 'useless'
}
