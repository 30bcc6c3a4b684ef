import { formatsIn } from '../formats.ts'
import { localeFor } from '../languages.ts'

/** The person’s own kind of German: Austria and Switzerland write some things otherwise. */
export const formats = formatsIn(localeFor('de', navigator.languages))
export const { bytes, list, number, percent, span } = formats

/** '1 Foto', '1.204 Fotos'. */
export const count = (value: number, one: string, many: string): string =>
  `${number(value)} ${formats.plural(value, { one, other: many })}`
