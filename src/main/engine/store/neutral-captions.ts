import type { EncodedText } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { float32, int32, toBlob } from './vectors-on-disk.ts'

/** The app's neutral captions as a text tower encodes them. */
export interface NeutralCaptionRows {
  /** In the order of the list; null where the tower knows no word. Empty when they were not encoded yet. @param list  names the captions */
  of(encoder: string, list: string): readonly (EncodedText | null)[]
  /** In place of what is there of this tower. */
  save(encoder: string, list: string, captions: readonly (EncodedText | null)[]): void
  forget(encoder: string): void
}

export function createNeutralCaptions(connection: Connection): NeutralCaptionRows {
  const all = connection.prepare<[string, string], { vector: Buffer; tokens: Buffer }>(
    'SELECT vector, tokens FROM neutral_caption WHERE encoder = ? AND list = ? ORDER BY place'
  )
  const forget = connection.prepare<[string]>('DELETE FROM neutral_caption WHERE encoder = ?')
  const save = connection.prepare<[string, string, number, Buffer, Buffer]>(
    'INSERT INTO neutral_caption (encoder, list, place, vector, tokens) VALUES (?, ?, ?, ?, ?)'
  )
  return {
    of: (encoder, list) =>
      all.all(encoder, list).map(({ vector, tokens }): EncodedText | null => {
        return vector.byteLength === 0 ? null : { vector: float32(vector), tokens: int32(tokens) }
      }),
    save(encoder, list, captions) {
      connection.transaction(() => {
        forget.run(encoder)
        captions.forEach((caption, place) => {
          const { vector, tokens } = caption ?? { vector: new Float32Array(), tokens: new Int32Array() }
          save.run(encoder, list, place, toBlob(vector), toBlob(tokens))
        })
      })
    },
    forget: encoder => void forget.run(encoder)
  }
}
