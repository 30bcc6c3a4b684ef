import type { TextPartSettings } from '../../../src/main/engine/stages/encode/manifest.ts'

/** A text part of a manifest, for tests that open a tokenizer and no model. */
export const textPart: TextPartSettings = {
  model: { file: 'text.onnx', sha256: '', data: [] },
  tokenizer: { file: 'tokenizer.json', sha256: '' },
  contextLength: 8,
  inputs: { ids: 'input_ids' },
  output: { name: 'rows', pooling: 'mean' },
  dimension: 3,
  prefix: '',
  lowercase: false,
  padding: 'longest',
  padId: 0,
  unknownTokens: 'keep',
  weight: 1,
  maxBatch: 32
}
