/**
 * The rule that gives the page the system's accent (src/renderer/src/style/tokens.css).
 *
 * @param colour  as Electron says it: RRGGBBAA in hexadecimal digits
 * @returns null for anything else: nothing but a colour gets into the page's style
 */
export function accentStyle(colour: string | null): string | null {
  const opaque = /^#?([0-9a-f]{6})(?:[0-9a-f]{2})?$/iu.exec(colour ?? '')?.[1]
  return opaque === undefined ? null : `:root { --system-accent: #${opaque}; }`
}
