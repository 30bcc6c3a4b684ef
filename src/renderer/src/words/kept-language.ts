import { isLanguage, type Language } from './languages.ts'

/** The choice of who looks, in this browser or window: several may look at one library. */
const key = 'reverie.language'

/** null: none was chosen, or the browser keeps nothing. */
export function keptLanguage(): Language | null {
  try {
    const kept = localStorage.getItem(key)
    return isLanguage(kept) ? kept : null
  } catch {
    return null
  }
}

/** @param language  null: the system's again. @returns false when the browser keeps nothing */
export function keepLanguage(language: Language | null): boolean {
  try {
    if (language === null) localStorage.removeItem(key)
    else localStorage.setItem(key, language)
    return true
  } catch {
    return false
  }
}
