import type { english } from './en/catalogue.ts'

/** The same shape in any language: texts are any texts, functions take what they take in English, lists may be of any length. */
type InAnyLanguage<T> = T extends string
  ? string
  : T extends (...input: infer Input) => infer Output
    ? (...input: Input) => InAnyLanguage<Output>
    : T extends readonly (infer Entry)[]
      ? readonly InAnyLanguage<Entry>[]
      : { readonly [Key in keyof T]: InAnyLanguage<T[Key]> }

/** All that the page can say. English says what there is; another language that lacks any of it does not compile. */
export type Catalogue = InAnyLanguage<typeof english>
