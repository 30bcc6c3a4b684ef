import type { PageLanguage } from '../../../shared/settings.ts'
import type { Direction } from '../direction.ts'

/** The languages that the page speaks, each with the name that its own speakers give it. */
export const languages = { en: 'English', de: 'Deutsch' } as const satisfies Readonly<Record<PageLanguage, string>>
export type Language = keyof typeof languages

/** Where nothing that we have is wanted, and how a language is written when nobody says of which country. */
const usual: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' }

export const isLanguage = (tag: string | null): tag is Language => tag !== null && Object.hasOwn(languages, tag)

/**
 * What the person chose, else the first of the system's languages that we have, else English.
 *
 * @param chosen     in the settings; anything else than one of our languages is as nothing
 * @param preferred  BCP 47 tags, the dearest first, as in `navigator.languages`
 */
export function languageFor(chosen: string | null, preferred: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen
  return preferred.map(primary).find(isLanguage) ?? 'en'
}

/** The person's own kind of a language: 'en-US', 'de-AT'. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  return preferred.find(tag => primary(tag) === language) ?? usual[language]
}

/** Which way its lines run. */
export function directionOf(language: string): Direction {
  return new Intl.Locale(language).maximize().script?.match(/^(Arab|Hebr|Syrc|Thaa|Nkoo|Adlm)$/) ? 'rtl' : 'ltr'
}

const primary = (tag: string): string => tag.split('-', 1)[0]?.toLowerCase() ?? ''
