const RIGHT_TO_LEFT =
  /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}|\p{Script=Adlam}/u

/**
 * A name or a text of the person's that stands within a sentence of ours. One that is written from right to left is set apart (U+2068,
 * U+2069), or the sentence's quotation marks, numbers and full stop would change sides with it; any other stays as it is.
 */
export const isolated = (text: string): string => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text)
