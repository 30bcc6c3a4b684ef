/** What every answer carries, from the web host and in a desktop window alike. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    // media: is the desktop window's own scheme; a browser has nothing there.
    "img-src 'self' blob: data: media:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'
}

/** For a picture: shown on its own it may do nothing at all. */
export const mediaSecurity = "default-src 'none'; sandbox"

/** A picture's address says by `?v=` which version it is; such an answer never changes. */
export function mediaCaching(size: 'thumbnail' | 'photo', hasVersion: boolean): string {
  return size === 'thumbnail' && hasVersion ? 'private, max-age=31536000, immutable' : 'private, no-cache'
}

/** `<thumbnail|photo>/<id>`, the part of a picture's address that both hosts share; null when it is anything else. */
export function parseMediaPath(path: string): { size: 'thumbnail' | 'photo'; itemId: number } | null {
  const [, size, id] = /^(thumbnail|photo)\/([1-9]\d{0,14})$/.exec(path) ?? []
  return size === undefined || id === undefined
    ? null
    : { size: size === 'photo' ? 'photo' : 'thumbnail', itemId: Number(id) }
}
