/**
 * Step 10. Puts the pack together from what step 9 wrote: the manifest, with the sha256 of every file. The base projector, the probe
 * set and the rehearsal set are added by `reverie fit` afterwards (see README.md).
 *
 *   node assemble.ts <folder with image.onnx, text.onnx, tokenizer.json> <pack folder>
 */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestSchema } from '../../../../src/main/engine/stages/encode/manifest.ts'

const [from, pack] = process.argv.slice(2)
if (from === undefined || pack === undefined) throw new Error('Say where the files are, and where the pack goes.')
mkdirSync(pack, { recursive: true })

const copied = (file: string): { file: string; sha256: string } => {
  copyFileSync(join(from, file), join(pack, file))
  return {
    file,
    sha256: createHash('sha256')
      .update(readFileSync(join(pack, file)))
      .digest('hex')
  }
}

const manifest = {
  format: 1,
  id: 'starter',
  name: 'Starter',
  licence: 'MIT, photos’ part after MobileNetV2 (Apache-2.0); learned from research photos, see README.md',
  languages: ['en'],
  sharedSpace: false,
  image: {
    model: copied('image.onnx'),
    input: {
      name: 'pixel_values',
      widthPx: 192,
      heightPx: 192,
      layout: 'NCHW',
      channels: 'RGB',
      type: 'float32',
      scale: 1 / 127.5,
      mean: [1, 1, 1],
      std: [1, 1, 1]
    },
    resize: { rule: 'squash', filter: 'linear' },
    output: { name: 'image_embeds' },
    dimension: 384,
    maxBatch: 8
  },
  text: [
    {
      model: copied('text.onnx'),
      tokenizer: copied('tokenizer.json'),
      contextLength: 256,
      inputs: { ids: 'input_ids', mask: 'attention_mask' },
      output: { name: 'sentence_embedding' },
      dimension: 320,
      unknownTokens: 'drop'
    }
  ],
  // `npm run bench starter`: of what was measured last.
  probe: { set: '159 photos of COCO', textToImageRecallAt10: 0.691, imageToTextRecallAt10: 0.704 }
}
manifestSchema.parse(manifest)
writeFileSync(join(pack, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`)
