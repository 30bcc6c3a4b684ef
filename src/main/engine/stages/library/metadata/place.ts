type Degrees = number | null | undefined

/**
 * The first pair that is a place on Earth. 0°, 0° is none: cameras and Takeout write it for "unknown", and there is only
 * water.
 */
export function placeOf(
  ...pairs: readonly (readonly [latitude: Degrees, longitude: Degrees])[]
): { latitude: number; longitude: number } | null {
  for (const [latitude, longitude] of pairs) {
    if (typeof latitude !== 'number' || typeof longitude !== 'number') continue
    if (latitude === 0 && longitude === 0) continue
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude }
  }
  return null
}

/**
 * XMP writes `48,51.502N` or `48,51,30.1N`; some programs write decimal degrees. @see XMP part 2, GPSCoordinate
 *
 * @param reference  the hemisphere, which Apple's Photos and others write apart: `S`, `South`. A sign or a letter in the text wins
 */
export function decimalDegrees(text: string | null, reference: string | null = null): number | null {
  const match =
    /^\s*([+-]?)(\d{1,3}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW])?\s*$/i.exec(text ?? '')
  if (match === null) return null
  const [, sign = '', degrees, minutes = '0', seconds = '0', letter = ''] = match
  const value = Number(degrees) + Number(minutes) / 60 + Number(seconds) / 3600
  const isWritten = sign !== '' || letter !== ''
  return sign === '-' || /^[SW]/i.test(isWritten ? letter : (reference ?? '').trim()) ? -value : value
}
