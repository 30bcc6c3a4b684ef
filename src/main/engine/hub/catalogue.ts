/**
 * The packs that can be installed from the Hugging Face hub. What is not in this list is never asked for: neither a name nor
 * a path comes from a server.
 *
 * Revisions are commits, and the weights' sha256 stand here too: each was found in at least two public repositories that pin
 * the same file at the same commit, because the hub itself could not be reached when this was written. Small files (settings,
 * tokenizer settings) have no hash here; for them the first installation records what the hub announced, and that is held
 * against every later one. [Note: what is trusted]
 *
 * `_quantized` rather than `_int8` on purpose: convolutions of signed 8-bit weights are not implemented by ONNX Runtime's CPU
 * provider, and the `_quantized` files hold unsigned ones.
 */

interface OfferFile {
  /** In the repository and in the pack's folder, with `/` between parts. */
  readonly path: string
  /** What a person agrees to; the hub says how much it is exactly. */
  readonly approximateBytes: number
  /** Lower-case hex; null where only the first installation can tell. */
  readonly sha256: string | null
}

export interface Offer {
  /** Becomes the pack's id and the name of its folder. */
  readonly id: string
  readonly name: string
  readonly repository: string
  /** A commit; or a branch, which the first installation turns into the commit that it finds. */
  readonly revision: string
  readonly files: readonly OfferFile[]
  readonly licence: string
  /** BCP 47 tags. */
  readonly languages: readonly string[]
  readonly precision: 'fp32' | 'int8'
  /** Of the image tower on a CPU, against the others here. */
  readonly speed: 'fast' | 'medium' | 'slow'
  /** Published zero-shot retrieval of the model in full precision; null where no source is known. */
  readonly quality: { readonly measure: string; readonly value: number; readonly source: string } | null
  readonly note: string
}

const file = (path: string, approximateBytes: number, sha256: string | null = null): OfferFile => ({
  ...{ path, approximateBytes, sha256 }
})

const cocoRecallAt1 = 'text→image R@1, COCO 5k'

const clip = {
  repository: 'Xenova/clip-vit-base-patch32',
  revision: 'd15189d7028b43f1d3e65039190477f6af591c2a',
  licence: 'MIT (OpenAI CLIP)',
  languages: ['en'],
  quality: {
    measure: cocoRecallAt1,
    value: 0.304,
    source: 'open_clip, docs/openclip_retrieval_results.csv (ViT-B-32, openai)'
  }
} as const

const clipSettings = [
  file('config.json', 5_000),
  file('preprocessor_config.json', 1_000),
  file('tokenizer.json', 2_224_119, 'f7f3b7af117d467b58374797691a6438d3e6b9e9cef800dfd5dced7f697a90cd'),
  file('tokenizer_config.json', 1_000)
]

const siglip2 = {
  repository: 'onnx-community/siglip2-base-patch16-224-ONNX',
  revision: 'ba1f3b0843f24bc5417d38e19c37b287d719b2f4',
  licence: 'Apache-2.0 (Google SigLIP 2; the ONNX export states no licence of its own)',
  // Trained on 109 languages; these are those of Crossmodal-3600 on which its authors report, without Māori and Quechua.
  // prettier-ignore
  languages: [
    'en', 'ar', 'bn', 'cs', 'da', 'de', 'el', 'es', 'fa', 'fi', 'fil', 'fr', 'he', 'hi', 'hr', 'hu', 'id', 'it', 'ja',
    'ko', 'nl', 'no', 'pl', 'pt', 'ro', 'ru', 'sv', 'sw', 'te', 'th', 'tr', 'uk', 'vi', 'zh'
  ],
  quality: { measure: cocoRecallAt1, value: 0.521, source: 'google-research/big_vision, README_siglip2.md (B/16, 224)' }
} as const

const siglip2Settings = [
  file('config.json', 5_000),
  file('preprocessor_config.json', 1_000),
  file('tokenizer.json', 34_400_000, 'cb9140fae3ac5122c972d37adf83e1248471a38147ad76f8215c8872c6fd8322'),
  file('tokenizer_config.json', 50_000)
]

export const catalogue: readonly Offer[] = [
  {
    id: 'clip-vit-b32-int8',
    name: 'CLIP ViT-B/32, 8 bit',
    ...clip,
    files: [
      file(
        'onnx/vision_model_quantized.onnx',
        89_117_001,
        '583fd1110a514667812fee7d684952aaf82a99b959760c8d7dca7e0ab9839299'
      ),
      file(
        'onnx/text_model_quantized.onnx',
        64_504_507,
        '73baab855d406190da9faa498cfedf65f15cf309f4cc7385b7b032e6d08e5c3a'
      ),
      ...clipSettings
    ],
    precision: 'int8',
    speed: 'fast',
    note: 'A quarter of the size of full precision, about three times as fast, and not quite as exact.'
  },
  {
    id: 'clip-vit-b32',
    name: 'CLIP ViT-B/32',
    ...clip,
    files: [
      file('onnx/vision_model.onnx', 351_685_709, 'fd6e1402a588279d1723c7534d4bcba5bc0b14b47dfab0e46f8c47b8270d7d40'),
      file('onnx/text_model.onnx', 254_058_553, '3f6571f5bad13a97c469c1622e1cfc4d9aef78b79fdbfcff804ca357bfada8cc'),
      ...clipSettings
    ],
    precision: 'fp32',
    speed: 'medium',
    note: 'The classic, in full precision.'
  },
  {
    id: 'mobileclip-s0',
    name: 'MobileCLIP S0',
    repository: 'Xenova/mobileclip_s0',
    revision: '757d59c9c6870a76a4b0306f05f5061bca15c39f',
    // The image tower in full precision: people report that its 8-bit export ranks pictures wrongly.
    files: [
      file('onnx/vision_model.onnx', 45_543_630, '17d3c037b1d488c10c50e09f6009ea5a198caef4e0e8f4ea5617b7cb2d067ac0'),
      file('onnx/text_model.onnx', 169_807_789, 'f6e9bd5742bfc515889e901634d8a2ff2a57fab8564e4ad3760e800b1a51b77c'),
      file('config.json', 344),
      file('preprocessor_config.json', 382),
      file('tokenizer.json', 2_224_081, '72ed5c96db5729294468543e4bc75fce14ca63f58e37300290189ba1c1e52b85'),
      file('tokenizer_config.json', 763)
    ],
    licence: 'Apple’s model licence: research use (see LICENSE in the repository)',
    languages: ['en'],
    precision: 'fp32',
    speed: 'fast',
    quality: { measure: cocoRecallAt1, value: 0.404, source: 'apple/ml-mobileclip, results/mobileclip_s0.jsonl' },
    note: 'Small and quick, and better than CLIP ViT-B/32. Read its licence before any use that is not research.'
  },
  {
    id: 'siglip2-base-int8',
    name: 'SigLIP 2 base, 8 bit',
    ...siglip2,
    files: [
      file(
        'onnx/vision_model_quantized.onnx',
        94_553_333,
        '5f2b401c1a4fc095702a5d45348e17ad46c4f87064085365b43c6e8eaa5c0070'
      ),
      file(
        'onnx/text_model_quantized.onnx',
        283_438_275,
        '3a0603d3a00c05a80a6ded4743c16aaac7b1e62cdcc7e362e7ce418659b96400'
      ),
      ...siglip2Settings
    ],
    precision: 'int8',
    speed: 'medium',
    note: 'Many languages, and the best of these for its size.'
  },
  {
    id: 'siglip2-base',
    name: 'SigLIP 2 base',
    ...siglip2,
    files: [
      file('onnx/vision_model.onnx', 371_807_752, 'c0573e3f4140c3a7c4e9cc5912bd6b26a033b46a6a8e8af26cbea262b163bcad'),
      file('onnx/text_model.onnx', 1_129_469_657, 'baf12d941beabafafb14f7b4adb38dc15be18681b964a84410ec53d9d65e6293'),
      ...siglip2Settings
    ],
    precision: 'fp32',
    speed: 'slow',
    note: 'Many languages in full precision: the best of these, and the largest.'
  }
]

export function approximateBytes(offer: Offer): number {
  return offer.files.reduce((sum, { approximateBytes: bytes }) => sum + bytes, 0)
}
