declare module 'libheif-js/libheif-wasm/libheif-bundle.js' {
  /** The part of libheif's WebAssembly build that is used. Its own types are machine-made and untyped where it matters. */
  export interface LibHeif {
    readonly ready: PromiseLike<unknown> | undefined
    readonly HEAPU8: Uint8Array
    heif_context_alloc(): object
    heif_context_free(context: object): void
    heif_context_read_from_memory(context: object, bytes: Uint8Array): HeifError
    heif_js_context_get_primary_image_handle(context: object): object | HeifError
    heif_image_handle_get_width(handle: object): number
    heif_image_handle_get_height(handle: object): number
    heif_image_handle_has_alpha_channel(handle: object): number | boolean
    heif_image_handle_release(handle: object): void
    heif_js_decode_image2(
      handle: object,
      colourSpace: object,
      chroma: object
    ): DecodedHeif | HeifError | PromiseLike<DecodedHeif | HeifError>
    heif_image_release(image: object): void
    readonly heif_error_code: {
      readonly heif_error_Ok: object
      readonly heif_error_Unsupported_feature: object
      readonly heif_error_Unsupported_filetype: object
    }
    readonly heif_colorspace: { readonly heif_colorspace_RGB: object }
    readonly heif_chroma: {
      readonly heif_chroma_interleaved_RGB: object
      readonly heif_chroma_interleaved_RGBA: object
    }
  }

  export interface HeifError {
    readonly code: object
    readonly message: string
  }

  export interface DecodedHeif {
    readonly image: object
    readonly channels: readonly {
      readonly data: Uint8Array
      readonly stride: number
      readonly width: number
      readonly height: number
    }[]
  }

  /** Starts a new instance with its own memory. */
  export default function start(options: { print: (line: string) => void; printErr: (line: string) => void }): LibHeif
}
