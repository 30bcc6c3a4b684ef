import { Tokenizer } from '@huggingface/tokenizers'
import type { TextPartSettings } from './manifest.ts'

export interface Tokens {
  /** Vocabulary ids with the special ones around them; at most the context length. Empty when nothing is left of the text. */
  readonly ids: readonly number[]
  /** Those of the text itself that mean something: without the model's prefix, special and unknown ones. */
  readonly body: readonly number[]
  /** Whether at least one token is in the vocabulary: without one, what the model says has nothing to do with the text. */
  readonly hasMeaning: boolean
}

export type Tokenize = (text: string) => Tokens

/** What of a `tokenizer.json` is looked at here. The rest is the library's. */
interface TokenizerFile {
  readonly added_tokens?: readonly { readonly id: number; readonly special?: boolean }[]
  readonly model: { readonly unk_token?: string | null; readonly unk_id?: number | null; readonly vocab?: unknown }
}

/** No token of a real text is longer on average, so what lies behind this many characters cannot reach the model. */
const charactersPerToken = 32

/** Any string is a text: lone surrogates, NUL and other oddities are cleaned or become unknown tokens. */
export function openTokenizer(file: unknown, part: TextPartSettings): Tokenize {
  const { model, added_tokens: added = [] } = file as TokenizerFile
  const tokenizer = new Tokenizer(file as object, { unk_token: model.unk_token ?? undefined })
  const unknownId = unknownIdOf(model)
  const meaningless = new Set([unknownId, ...added.filter(token => token.special).map(token => token.id)])
  const { before, after } = specialTokensAround(tokenizer)
  const room = part.contextLength - before.length - after.length

  const bodyOf = (text: string): number[] => {
    // The library gives undefined for a word that a plain vocabulary lacks, whatever its types say.
    const ids: (number | undefined)[] = tokenizer.encode(text, { add_special_tokens: false }).ids
    const known = ids.map(id => id ?? unknownId)
    return part.unknownTokens === 'drop' ? known.filter(id => !meaningless.has(id)) : known
  }

  const prefix = part.prefix === '' ? 0 : bodyOf(part.prefix).length
  return text => {
    const short = text.slice(0, part.contextLength * charactersPerToken).toWellFormed()
    const inside = bodyOf(part.prefix + (part.lowercase ? short.toLowerCase() : short)).slice(0, room)
    const body = inside.slice(prefix).filter(id => !meaningless.has(id))
    return { ids: inside.length === 0 ? [] : [...before, ...inside, ...after], body, hasMeaning: body.length > 0 }
  }
}

function unknownIdOf(model: TokenizerFile['model']): number {
  if (typeof model.unk_id === 'number') return model.unk_id
  const vocabulary = model.vocab
  if (typeof model.unk_token !== 'string' || typeof vocabulary !== 'object' || vocabulary === null) return -1
  return (vocabulary as Readonly<Record<string, number>>)[model.unk_token] ?? -1
}

/** What the tokenizer puts before and after a text: kept whole when the text between them is cut. */
function specialTokensAround(tokenizer: Tokenizer): { before: readonly number[]; after: readonly number[] } {
  const body = tokenizer.encode('a', { add_special_tokens: false }).ids
  const whole = tokenizer.encode('a').ids
  const start = whole.findIndex((_, i) => body.every((id, j) => whole[i + j] === id))
  if (start < 0) return { before: [], after: [] }
  return { before: whole.slice(0, start), after: whole.slice(start + body.length) }
}
