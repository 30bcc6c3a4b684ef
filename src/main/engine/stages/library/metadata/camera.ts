import { cleanWords } from './words.ts'

/** Company forms that people do not say: "NIKON CORPORATION", "OLYMPUS IMAGING CORP.", "EASTMAN KODAK COMPANY". */
const company =
  /[ ,]+(?:corporation|corp\.?|company|co\.?|inc\.?|ltd\.?|limited|gmbh|ab|ag|k\.k\.|imaging|optical|electric|electronics|techwin|digital|camera|computer|systems|mobile|communications|technologies|technology)(?=[ ,.]|$)/gi

/** "Canon" and "Canon EOS R5" → "Canon EOS R5"; "NIKON CORPORATION" and "NIKON D850" → "NIKON D850". null when neither says anything. */
export function cameraName(make: string | null, model: string | null): string | null {
  const cleanMake =
    spaced(make)
      ?.replace(company, '')
      .replace(/[ ,.]+$/, '')
      .replace(/^eastman kodak$/i, 'Kodak') ?? ''
  const cleanModel = spaced(model) ?? ''
  if (cleanMake === '' || cleanModel === '') return cleanMake + cleanModel || null
  const isRepeated = cleanModel.toLowerCase().startsWith(cleanMake.toLowerCase())
  return isRepeated ? cleanModel : `${cleanMake} ${cleanModel}`
}

/** null for what cameras write when the lens does not talk to them: "----", "0.0 mm f/0.0", "Unknown". */
export function lensName(lens: string | null): string | null {
  const name = spaced(lens)
  return name === null ||
    !/[a-z]/i.test(name) ||
    /^(?:unknown|none|n\/a|manual lens.*|0(?:\.0)?\s?mm f\/0.*)$/i.test(name)
    ? null
    : name
}

function spaced(text: string | null): string | null {
  return cleanWords(text, 200)?.replace(/\s+/g, ' ') ?? null
}
