import { formatsIn } from '../formats.ts'
import { localeFor } from '../languages.ts'

/** The person's own kind of English. */
export const formats = formatsIn(localeFor('en', navigator.languages))
export const { bytes, list, number, percent, span } = formats

/** '1 photo', '1,204 photos'. */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${formats.plural(value, { one, other: many })}`
