/**
 * Step 6b. What the given text encoders say of each text of step 6a: for each list a file of float32 rows [114]: model2vec's 64 numbers
 * and GloVe's 50, zeros where an encoder knows no word. Read by the app's own code, so that they are what a pack would give.
 *
 *   node teach-texts.ts <encoders folder> <work folder>
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTextTower } from '../../../../src/main/engine/stages/encode/text-tower.ts'
import type { TextPartSettings } from '../../../../src/main/engine/stages/encode/manifest.ts'

const [encoders, work] = process.argv.slice(2)
if (encoders === undefined || work === undefined) throw new Error('Say where the encoders and the work folder are.')

const file = { file: 'unused.onnx', sha256: '' }
const settings = (dimension: number): TextPartSettings => ({
  model: { ...file, data: [] },
  tokenizer: file,
  contextLength: 512,
  inputs: { ids: 'input_ids', mask: 'attention_mask' },
  output: { name: 'sentence_embedding', pooling: 'none' },
  dimension,
  prefix: '',
  lowercase: false,
  padding: 'longest',
  padId: 0,
  unknownTokens: 'drop',
  weight: 1,
  maxBatch: 64
})
const part = (folder: string, model: string, dimension: number): Parameters<typeof openTextTower>[0][number] => ({
  settings: settings(dimension),
  modelPath: join(encoders, folder, model),
  tokenizer: JSON.parse(readFileSync(join(encoders, folder, 'tokenizer.json'), 'utf8'))
})

const tower = await openTextTower(
  [part('text_model2vec_vq', 'model2vec_bge64_vq128.onnx', 64), part('text_glove50', 'glove50_sif.onnx', 50)],
  { threads: 1 }
)
const lists = JSON.parse(readFileSync(join(work, 'texts.json'), 'utf8')) as Readonly<Record<string, readonly string[]>>
for (const [name, texts] of Object.entries(lists)) {
  const rows = new Float32Array(texts.length * 114)
  for (let start = 0; start < texts.length; start += 512) {
    const encoded = await tower.encode(texts.slice(start, start + 512))
    encoded.forEach((text, i) => {
      if (text !== null) rows.set(text.vector, (start + i) * 114)
    })
  }
  writeFileSync(join(work, `texts-${name}.f32`), new Uint8Array(rows.buffer))
  console.log(`${name}: ${texts.length} texts`)
}
await tower.close()
