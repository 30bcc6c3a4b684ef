import type { RequestKeys } from './contact.ts'

/** In front of the addresses of pictures. It changes when the host is started anew, and pictures that are shown follow. */
class MediaAddress {
  path = $state('')
}

const address = new MediaAddress()

export const mediaPath = (): string => address.path

export function useKeys({ mediaPath }: RequestKeys): void {
  address.path = mediaPath
}
