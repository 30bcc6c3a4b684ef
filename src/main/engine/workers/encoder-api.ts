import type { EncodedText, NoteReading, PackCard, PhotoReading, ReadFailure, RotationDeg } from '../base/domain.ts'
import type { PlacedBlock } from '../../../shared/notes.ts'
import type { Manifest } from '../stages/encode/manifest.ts'
import type { AboutLayout } from '../stages/encode/transformers-layout.ts'
import type { MergeInput, MergeOutput } from './merge-sidecar.ts'
import type { ContainedFile } from './contained-notes.ts'
import type { NotePart } from './note-parts.ts'
import type { Api } from './port.ts'

interface OpenInput {
  readonly packFolder: string | null
  readonly threads: number
  /** Many files are worked through, so an opened picture waits for others to be encoded with; else it does not. */
  readonly isBulk?: boolean
}

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
  /** Embeddings of a note's passages, or of the texts about a photo; a part that carries no meaning, or stands too far down, is left out. */
  readonly texts: readonly (EncodedText & { readonly part: number })[]
}

/** The first message of a note that is handed over in parts has a number to ask for the others by. */
export type ReadStart = ReadOutput & { readonly readId: number | null }

export interface ReadMore extends NotePart {
  readonly texts: ReadOutput['texts']
  readonly isLast: boolean
}

export interface RotatedInput {
  /** Absolute. */
  readonly path: string
  readonly rotations: readonly RotationDeg[]
}

export interface ShowInput {
  /** Absolute. */
  readonly path: string
  /** sha256 of the content that is known, hex. */
  readonly contentHash: string
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

export interface DescribeInput {
  /** Absolute. */
  readonly folder: string
  /** Of a folder without a manifest; one that has one says this itself. */
  readonly about: AboutLayout
}

export interface DescribeOutput {
  readonly manifest: Manifest
  /** Sentences on what was chosen otherwise than asked. */
  readonly notes: readonly string[]
}

/** What the encoder process does for the engine: everything that touches untrusted bytes, and ONNX Runtime. */
export interface EncoderApi extends Api {
  /** Opens a model pack, or none. Must be called before anything is encoded. @throws EngineError model-broken */
  open(input: OpenInput): Promise<PackCard | null>
  /** Never throws for a bad file. */
  read(input: ReadInput): Promise<ReadStart>
  /** The notes in a file of many: see [Note: containers]. The reason when they cannot be told apart. */
  listContained(input: { readonly path: string }): Promise<readonly ContainedFile[] | ReadFailure>
  /** The next part of a long note. */
  readMore(input: { readonly readId: number }): Promise<ReadMore>
  /** Nobody will ask for the rest. */
  stopReading(input: { readonly readId: number }): null
  /** null where a text has no known word. */
  encodeTexts(input: { readonly texts: readonly string[] }): Promise<(EncodedText | null)[]>
  /** A photo rotated as asked, decoded once: one unit row [d] for each rotation; null when the model makes nothing of it. */
  encodeRotated(input: RotatedInput): Promise<readonly Float32Array[] | ReadFailure | null>
  /** A picture from outside the library. */
  openPicture(input: PictureInput): Promise<PictureOutput | ReadFailure>
  /** An upright sRGB JPEG for the preview, its longer side at most `maximumPx`. */
  render(input: { readonly path: string; readonly maximumPx: number }): Promise<Uint8Array | ReadFailure>
  /** A Markdown note as it is to be shown; null when that is not the content, or cannot be shown. */
  showNote(input: ShowInput): Promise<readonly PlacedBlock[] | ReadFailure | null>
  /** The text of a sidecar with the person's words in it; see `mergeXmp`. Writes nothing. */
  mergeSidecar(input: MergeInput): Promise<MergeOutput>
  /** The manifest of a pack, or of a model in another layout. @throws EngineError model-missing or model-broken */
  describeLayout(input: DescribeInput): Promise<DescribeOutput>
  /** Checks a pack and runs both its towers, beside the one that is open. @throws EngineError model-missing or model-broken */
  tryPack(input: { readonly packFolder: string; readonly threads: number }): Promise<null>
}

export const encoderMethods = [
  'open',
  'read',
  'listContained',
  'readMore',
  'stopReading',
  'encodeTexts',
  'encodeRotated',
  'openPicture',
  'render',
  'showNote',
  'mergeSidecar',
  'describeLayout',
  'tryPack'
] as const satisfies readonly (keyof EncoderApi)[]
