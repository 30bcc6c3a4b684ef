/** What stands before the colon of a filter. */
export const filterKeys = ['type', 'in', 'after', 'before', 'camera', 'near', 'tag', 'is', 'like'] as const
export type FilterKey = (typeof filterKeys)[number]

/** Straight and typographic double quotes; any of them opens and any closes. */
export const quotes = '"“”„‟«»'
