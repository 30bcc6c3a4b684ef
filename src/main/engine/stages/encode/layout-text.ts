import { z } from 'zod'
import { CannotDo } from './layout-refusal.ts'
import type { TextPartSettings } from './manifest.ts'
import type { OnnxOutline } from './onnx-outline.ts'

/** How a family of models prepares texts where its settings do not say. */
export interface TextDefaults {
  /** Tokens that its text tower has places for. */
  readonly contextLength: number
  /** The tower was trained on texts in small letters, which not every `tokenizer.json` of the family sees to. */
  readonly lowercase: boolean
  /**
   * Whether what a text means depends on the padding behind it. `context`: it does, as it did in training. `own`: the tower knows
   * padding when it sees it. `end`: it does not where the tower is told which tokens are real, nor where texts are padded with
   * their own end token, since it reads from left to right and stops at the first; who pads with another was trained otherwise
   * (MobileCLIP, with “!”).
   */
  readonly padding: 'context' | 'own' | 'end'
}

const token = z
  .union([z.string().max(200), z.object({ content: z.string().max(200) }).transform(({ content }) => content)])
  .nullish()

/** What of a `tokenizer_config.json` shapes the ids. Tokenizers without a limit of their own write 10³⁰. */
export const tokenizerSettings = z.object({
  model_max_length: z.number().positive().nullish(),
  pad_token: token,
  eos_token: token
})

/** What of a `tokenizer.json` is looked at here: how its tokens are numbered, and how it pads. */
export const tokenizerFile = z.object({
  added_tokens: z.array(z.object({ id: z.int().min(0), content: z.string() })).nullish(),
  padding: z.object({ pad_id: z.int().min(0) }).nullish(),
  model: z.object({ vocab: z.unknown() })
})

export const textConfig = z.object({
  max_position_embeddings: z.int().min(4).max(32_768).nullish(),
  pad_token_id: z.int().min(0).nullish(),
  hidden_size: z.int().positive().nullish()
})

/** Longer than any passage; some towers have places for thousands of tokens, and a batch of those is gigabytes. */
const mostTokens = 512

type TextInput = Pick<TextPartSettings, 'contextLength' | 'inputs' | 'padding' | 'padId' | 'lowercase'>

/** What a text tower takes, from its graph and its tokenizer's settings. @throws CannotDo */
export function textInput(
  { inputs }: OnnxOutline,
  file: z.infer<typeof tokenizerFile>,
  settings: z.infer<typeof tokenizerSettings>,
  config: z.infer<typeof textConfig>,
  defaults: TextDefaults
): TextInput {
  const named = (name: string): string | undefined => inputs.find(port => port.name === name)?.name
  const ids = inputs.find(({ name }) => name === 'input_ids') ?? (inputs.length === 1 ? inputs[0] : undefined)
  if (ids === undefined) throw new CannotDo('its text model has no input named input_ids')
  if (ids.type !== 'int64' && ids.type !== 'int32')
    throw new CannotDo('its text model does not take tokens as whole numbers')
  if (ids.shape.length !== 2)
    throw new CannotDo(`its text model takes something of ${ids.shape.length} sizes, and a batch of texts has two`)
  const [mask, types] = [named('attention_mask'), named('token_type_ids')]
  const other = inputs.find(({ name }) => ![ids.name, mask, types].includes(name))
  if (other !== undefined)
    throw new CannotDo(`its text model wants “${other.name}” beside the tokens, which Reverie cannot give`)

  const [, fixed] = ids.shape
  const places = Math.min(
    config.max_position_embeddings ?? defaults.contextLength,
    settings.model_max_length ?? Infinity,
    mostTokens
  )
  const padId = idOf(settings.pad_token, file) ?? file.padding?.pad_id ?? config.pad_token_id ?? 0
  const endsAlike = mask !== undefined || padId === idOf(settings.eos_token, file)
  const mayBeShort = defaults.padding === 'own' || (defaults.padding === 'end' && endsAlike)
  return {
    contextLength: Math.max(4, typeof fixed === 'number' ? fixed : Math.floor(places)),
    inputs: { ids: ids.name, ...(mask === undefined ? {} : { mask }), ...(types === undefined ? {} : { types }) },
    padding: typeof fixed !== 'number' && mayBeShort ? 'longest' : 'context',
    padId,
    lowercase: defaults.lowercase
  }
}

function idOf(content: string | null | undefined, file: z.infer<typeof tokenizerFile>): number | undefined {
  if (content == null) return undefined
  const added = file.added_tokens?.find(one => one.content === content)?.id
  if (added !== undefined) return added
  const { vocab } = file.model
  // Unigram lists its pieces in the order of their ids; the others name each id.
  if (Array.isArray(vocab)) {
    const at = vocab.findIndex(piece => Array.isArray(piece) && piece[0] === content)
    return at < 0 ? undefined : at
  }
  if (typeof vocab !== 'object' || vocab === null || !Object.hasOwn(vocab, content)) return undefined
  const id = (vocab as Readonly<Record<string, unknown>>)[content]
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 ? id : undefined
}
