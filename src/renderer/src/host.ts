import type { ItemKind } from '../../shared/items.ts'
import { mediaPath } from './media-address.svelte.ts'

/** What the page can ask of whatever shows it, beside the engine. A browser cannot do all that a desktop window can. */
export interface Host {
  /** Where a picture is: `thumbnail` at most 320 px, `photo` at most 2560 px on its longer side. Always JPEGs. */
  mediaUrl(kind: MediaKind, itemId: number): string
  /** The system's own folder dialog; null where there is none. */
  readonly pickFolder: (() => Promise<string | null>) | null
  /** Shows a file in the system's file manager; null where that cannot be done. */
  readonly reveal: ((itemId: number) => Promise<void>) | null
}

type MediaKind = 'thumbnail' | Extract<ItemKind, 'photo'>

/** A page from the local web host. */
export const browserHost: Host = {
  mediaUrl: (kind, itemId) => `${mediaPath()}/${kind}/${itemId}`,
  pickFolder: null,
  reveal: null
}
