/** A JSON file that begins with `{`; null for anything else. Never throws. */
export function parseRecord(bytes: Uint8Array, maxLength: number): Readonly<Record<string, unknown>> | null {
  if (bytes.length > maxLength) return null
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isRecord(json) ? json : null
  } catch {
    return null // no JSON
  }
}

/** Whether a value of JSON is an object with keys: no list, and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The records in a list; none where it is no list. */
export function recordsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** null for anything but a text with something in it. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}
