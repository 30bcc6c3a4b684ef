import type { EncodedText, NoteReading, PackCard, PhotoReading, ReadFailure, TurnDeg } from '../domain.ts'
import type { Api } from './port.ts'

/** A file to read. All paths are absolute. */
export interface ReadInput {
  readonly path: string
  readonly sidecarPaths: readonly string[]
  readonly modifiedMs: number
  /** false when only what is written about a photo changed: its picture is not encoded again. */
  readonly encodePicture: boolean
}

export interface ReadOutput {
  readonly reading: PhotoReading | NoteReading | ReadFailure
  /** The picture's embedding; null for a note, without a model, and when not asked for. */
  readonly picture: Float32Array | null
  /** Embeddings of a note's passages, or of the texts about a photo; a part that carries no meaning is left out. */
  readonly texts: readonly (EncodedText & { readonly part: number })[]
}

export interface TurnedInput {
  /** Absolute. */
  readonly path: string
  readonly turns: readonly TurnDeg[]
}

export type PictureInput = { readonly bytes: Uint8Array } | { readonly path: string }

export interface PictureOutput {
  readonly widthPx: number
  readonly heightPx: number
  readonly thumbnail: Uint8Array
  /** sha256 of the bytes, hex. */
  readonly contentHash: string
  /** null without a model, and for a picture of which the model makes nothing. */
  readonly embedding: Float32Array | null
}

/** What the encoder process does for the engine: everything that touches untrusted bytes, and ONNX Runtime. */
export interface EncoderApi extends Api {
  /** Opens a model pack, or none. Must be called before anything is encoded. @throws EngineError model-broken */
  open(input: { readonly packFolder: string | null; readonly threads: number }): Promise<PackCard | null>
  /** Never throws for a bad file. */
  read(input: ReadInput): Promise<ReadOutput>
  /** null where a text has no known word. */
  encodeTexts(input: { readonly texts: readonly string[] }): Promise<(EncodedText | null)[]>
  /** A photo turned as asked, decoded once: unit rows, one a turn; null when the model makes nothing of it. */
  encodeTurned(input: TurnedInput): Promise<readonly Float32Array[] | ReadFailure | null>
  /** A picture from outside the library. */
  openPicture(input: PictureInput): Promise<PictureOutput | ReadFailure>
  /** An upright sRGB JPEG for the preview, its longer side at most `maximumPx`. */
  render(input: { readonly path: string; readonly maximumPx: number }): Promise<Uint8Array | ReadFailure>
}

export const encoderMethods = [
  'open',
  'read',
  'encodeTexts',
  'encodeTurned',
  'openPicture',
  'render'
] as const satisfies readonly (keyof EncoderApi)[]
