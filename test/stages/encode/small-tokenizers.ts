/**
 * Two tokenizers in the exact settings of CLIP's and SigLIP's `tokenizer.json` on the hub, over vocabularies that fit a test:
 * ours, learned from a few sentences.
 */

/** What the small byte-pair vocabulary was learned from. */
const sentences = [
  'a photo of a cat',
  'a photo of two cats on the grass',
  'the cat sat on the red mat',
  'a photograph of the blue sky above green grass',
  "the dog's red ball isn't blue"
]

/** Bytes as characters that can be seen, as GPT-2 and CLIP write them. */
export function byteCharacters(): readonly string[] {
  const isSeen = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let hidden = 0
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isSeen(byte) ? byte : 256 + hidden++))
}

/** CLIP's way to cut a text into words. */
export const clipWords = String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`

/** Byte-pair merges, the most frequent pair first; of equals, the one that stands first in the alphabet. */
function learnMerges(count: number): [string, string][] {
  const characters = byteCharacters()
  const words = sentences.flatMap(text =>
    (text.match(new RegExp(clipWords, 'gu')) ?? []).map(word => {
      const bytes = [...Buffer.from(word)].map(byte => characters[byte] ?? '')
      return [...bytes.slice(0, -1), `${bytes.at(-1) ?? ''}</w>`]
    })
  )
  const merges: [string, string][] = []
  while (merges.length < count) {
    const counts = new Map<string, number>()
    for (const word of words)
      for (let i = 1; i < word.length; i++) {
        const pair = `${word[i - 1] ?? ''} ${word[i] ?? ''}`
        counts.set(pair, (counts.get(pair) ?? 0) + 1)
      }
    const [best] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    if (best === undefined) break
    const [left = '', right = ''] = best[0].split(' ')
    merges.push([left, right])
    for (const word of words)
      for (let i = word.length - 1; i > 0; i--)
        if (word[i - 1] === left && word[i] === right) word.splice(i - 1, 2, left + right)
  }
  return merges
}

export interface SmallClip {
  readonly file: Readonly<Record<string, unknown>> & {
    readonly model: Readonly<Record<string, unknown>> & { readonly vocab: Readonly<Record<string, number>> }
  }
  readonly merges: readonly (readonly [string, string])[]
  readonly startId: number
  readonly endId: number
}

/** As CLIP numbers its tokens: bytes, bytes that end a word, merges, and the two special ones last. */
export function smallClip(merges: readonly (readonly [string, string])[] = learnMerges(60)): SmallClip {
  const characters = [...byteCharacters()].sort()
  const tokens = [
    ...characters,
    ...characters.map(one => `${one}</w>`),
    ...new Set(merges.map(([left, right]) => left + right)),
    '<|startoftext|>',
    '<|endoftext|>'
  ]
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]))
  const [startId, endId] = [tokens.length - 2, tokens.length - 1]
  const special = { special: true, single_word: false, lstrip: false, rstrip: false }
  return {
    ...{ merges, startId, endId },
    file: {
      ...{ version: '1.0', truncation: null, padding: null },
      added_tokens: [
        { id: startId, content: '<|startoftext|>', normalized: true, ...special },
        { id: endId, content: '<|endoftext|>', normalized: false, ...special }
      ],
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'NFC' },
          { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
          { type: 'Lowercase' }
        ]
      },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: clipWords }, behavior: 'Removed', invert: true },
          { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true }
        ]
      },
      post_processor: {
        type: 'RobertaProcessing',
        ...{ sep: ['<|endoftext|>', endId], cls: ['<|startoftext|>', startId] },
        ...{ trim_offsets: false, add_prefix_space: false }
      },
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
      model: {
        type: 'BPE',
        ...{ dropout: null, unk_token: '<|endoftext|>', continuing_subword_prefix: '', end_of_word_suffix: '</w>' },
        ...{ fuse_unk: false, vocab, merges: merges.map(pair => pair.join(' ')) }
      }
    }
  }
}

/** The tokenizer's settings beside it, as CLIP's on the hub. */
export const clipSettings = {
  ...{ add_prefix_space: false, do_lower_case: true, errors: 'replace', model_max_length: 77 },
  ...{ bos_token: { content: '<|startoftext|>' }, eos_token: { content: '<|endoftext|>' } },
  ...{ pad_token: '<|endoftext|>', tokenizer_class: 'CLIPTokenizer' }
}

/** Pieces with their log-probabilities, made so that several ways to cut a word compete. */
export const pieces: readonly (readonly [string, number])[] = [
  ['<pad>', 0],
  ['</s>', 0],
  ['<unk>', 0],
  ['▁', -3],
  ['▁a', -2.5],
  ['▁photo', -5],
  ['▁of', -3.1],
  ['▁ca', -5.5],
  ['▁cat', -5.9],
  ['s', -3.3],
  ['t', -3.6],
  ['ts', -4.1],
  ['▁red', -5.2],
  ['▁re', -4.6],
  ['d', -3.4],
  ['▁blue', -5.6],
  ['▁green', -5.7],
  ['graph', -6.2],
  ['▁grass', -6],
  ['▁sky', -6.1],
  ['o', -3.9],
  ['f', -4],
  ['a', -3.2],
  ['c', -4.2],
  ['e', -3],
  ['r', -3.5]
]

const punctuation = String.raw`[!"\#\$%\&'\(\)\*\+,\-\./:;<=>\?@\[\\\]\^_` + '`' + String.raw`\{\|\}\~]`

/** SigLIP's, as transformers.js converts it: small letters, no punctuation, pieces of a sentence, `</s>` behind it. */
export const smallSiglip = {
  ...{ version: '1.0', truncation: null, padding: null },
  added_tokens: ['</s>', '<unk>'].map((content, i) => ({
    ...{ id: i + 1, content, single_word: false, lstrip: true, rstrip: true, normalized: false, special: true }
  })),
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'Lowercase' },
      { type: 'Replace', pattern: { Regex: punctuation }, content: '' },
      { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
      { type: 'Strip', strip_left: true, strip_right: true }
    ]
  },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
    special_tokens: { '</s>': { id: '</s>', ids: [1], tokens: ['</s>'] } }
  },
  decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
  model: { type: 'Unigram', unk_id: 2, vocab: pieces, byte_fallback: false }
}

export const siglipSettings = {
  ...{ do_lower_case: true, eos_token: '</s>', pad_token: '</s>', unk_token: '<unk>' },
  ...{ model_input_names: ['input_ids'], model_max_length: 64, tokenizer_class: 'SiglipTokenizer' }
}
