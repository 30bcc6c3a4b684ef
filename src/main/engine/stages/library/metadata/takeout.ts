/** What Google Photos wrote beside a photo; absent is null or empty. `title` is the file name there, so it is left out. */
export interface TakeoutWords {
  readonly description: string | null
  readonly people: readonly string[]
  /** Milliseconds since 1970, UTC. */
  readonly takenMs: number | null
  readonly latitude: number | null
  readonly longitude: number | null
}

const maxLength = 1024 * 1024

/** Reads a Takeout `.json` sidecar. Never throws; null when it is something else, such as an album's own file. */
export function parseTakeout(bytes: Uint8Array): TakeoutWords | null {
  if (bytes.length > maxLength) return null
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
  if (!isRecord(json)) return null
  const { photoTakenTime, creationTime, geoData, geoDataExif, people, description } = json
  if (![photoTakenTime, creationTime, geoData].some(isRecord) || isRecord(json.date)) return null
  const seconds = isRecord(photoTakenTime) ? Number(photoTakenTime.timestamp) : NaN
  const place = [geoData, geoDataExif]
    .filter(isRecord)
    .find(({ latitude, longitude }) => Boolean(latitude) || Boolean(longitude))
  return {
    description: typeof description === 'string' ? description : null,
    people: (Array.isArray(people) ? people : []).flatMap(one =>
      isRecord(one) && typeof one.name === 'string' ? [one.name] : []
    ),
    takenMs: Number.isSafeInteger(seconds) ? seconds * 1000 : null,
    latitude: typeof place?.latitude === 'number' ? place.latitude : null,
    longitude: typeof place?.longitude === 'number' ? place.longitude : null
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
