import type { ModelOffer, ModelStatus, RemovedModel } from '../../../shared/models.ts'
import { megabytes, safe } from './print.ts'

export function modelLines(models: readonly ModelStatus[], offers: readonly ModelOffer[]): string[] {
  return [
    ...(models.length === 0
      ? ['No model pack is installed: search uses words only.']
      : ['Installed (* answers now; --use <id> changes it):', ...models.map(installedLine)]),
    ...offers
      .filter(({ isInstalled }) => !isInstalled)
      .flatMap((offer, i) => [
        ...(i === 0 ? ['Can be installed: reverie models install <id>'] : []),
        ...offerLines(offer).map(line => `  ${line}`)
      ])
  ]
}

export function installedLine({ isActive, packId, name, sizeBytes, languages, licence }: ModelStatus): string {
  return `${isActive ? '*' : ' '} ${safe(packId)}  ${safe(name)}, ${megabytes(sizeBytes)}, ${languagesText(languages)}, ${safe(licence)}`
}

/** What a person has to know before agreeing to it. */
export function offerLines(offer: ModelOffer): string[] {
  const { offerId, name, sizeBytes, languages, licence, precision, speed, quality, note } = offer
  const ofWhat = precision === 'fp32' ? '' : ' in full precision'
  const measured =
    quality === null ? '' : `; ${quality.measure}${ofWhat} ${quality.value.toFixed(3)} (${quality.source})`
  return [
    `${offerId}  ${name}, ${megabytes(sizeBytes)}, ${languagesText(languages)}, ${licence}`,
    `    ${note} Speed: ${speed}${measured}`
  ]
}

function languagesText(languages: readonly string[]): string {
  return languages.length > 4 ? `${languages.length} languages` : safe(languages.join(' '))
}

export function removedLines({ folder, freedBytes }: RemovedModel): string[] {
  return [`Deleted ${safe(folder)}: ${megabytes(freedBytes)} are free again.`]
}
