import type { Catalogue } from './catalogue.ts'
import type { Language } from './languages.ts'

/** Each is a file of its own, so that only the language in use is fetched. */
const catalogues: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => (await import('./en/catalogue.ts')).english,
  de: async () => (await import('./de/catalogue.ts')).german
}

let loaded: Catalogue | null = null

/** To be awaited before the page's parts are loaded: they take their words from chosen.ts as they are read. */
export async function loadWords(language: Language): Promise<void> {
  loaded = await catalogues[language]()
}

export function loadedWords(): Catalogue {
  if (loaded === null) throw new Error('No words are loaded yet: loadWords comes before whatever imports chosen.ts.')
  return loaded
}
