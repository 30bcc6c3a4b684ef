/**
 * How often captions of everyday photos say a word: what people photograph, and so what a library is likely to hold. Counted
 * from captions of COCO by test/tools/count-stems.ts; a stem that is not in the table was said too rarely to be listed.
 */
export interface Commonness {
  readonly captions: number
  /** Captions that say a word of this stem. */
  readonly byStem: ReadonlyMap<string, number>
}

/** Log share below which nothing is told apart: less than one caption in 13,000. */
const rarest = -9.5

/**
 * The first line is the number of captions, each other one a stem and in how many of them it stands.
 *
 * @returns null for a text that is no such table
 */
export function parseCommonness(text: string): Commonness | null {
  const [first = '', ...lines] = text.trimEnd().split('\n')
  const captions = Number(first)
  if (!(captions > 0)) return null
  const byStem = new Map<string, number>()
  for (const line of lines) {
    const [stem = '', count = ''] = line.split(' ')
    if (stem === '' || !(Number(count) > 0)) return null
    byStem.set(stem, Number(count))
  }
  return { captions, byStem }
}

/**
 * ln((captions that say the rarest content word + ½) / all captions), −9.5…0: the log odds, before anything was looked at,
 * that a photo shows what is asked.
 *
 * @param isEnglish  false where the question may be in a language that the table does not know: such words alone say nothing
 * @returns null for a question without a content word, or one that the table says nothing of
 */
export function commonnessOf(question: string, { captions, byStem }: Commonness, isEnglish: boolean): number | null {
  const stems = contentStems(question)
  if (stems.length === 0 || (!isEnglish && !stems.some(stem => byStem.has(stem)))) return null
  const known = isEnglish ? stems : stems.filter(stem => byStem.has(stem))
  const least = Math.min(...known.map(stem => byStem.get(stem) ?? 0))
  return Math.max(rarest, Math.log((least + 0.5) / captions))
}

/** The stems of a text's content words, each once, in order. */
export function contentStems(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’]\p{L}+)?/gu) ?? []
  const stems = words.filter(word => !littleWords.has(word)).map(stemOf)
  return [...new Set(stems)]
}

/** Plain endings are cut off, so that “dogs run” and “a running dog” meet. Not for people to read. */
function stemOf(word: string): string {
  let stem = word.replace(/['’]\p{L}+$/u, '')
  stem = irregular.get(stem) ?? stem
  if (/[^aeiou]ies$/.test(stem) && stem.length > 4) stem = `${stem.slice(0, -3)}y`
  else if (/(?:s|x|z|ch|sh)es$/.test(stem)) stem = stem.slice(0, -2)
  else if (/[^su]s$/.test(stem) && stem.length > 3) stem = stem.slice(0, -1)
  const verb = /^(.*[aeiouy].*?)(?:ing|ed)$/.exec(stem)?.[1]
  if (verb !== undefined && verb.length > 2) stem = verb.replace(/([bdgmnprt])\1$/, '$1')
  return stem.length > 3 ? stem.replace(/e$/, '') : stem
}

const irregular: ReadonlyMap<string, string> = new Map([
  ['men', 'man'],
  ['women', 'woman'],
  ['children', 'child'],
  ['people', 'person'],
  ['feet', 'foot'],
  ['teeth', 'tooth'],
  ['mice', 'mouse'],
  ['geese', 'goose'],
  ['wolves', 'wolf'],
  ['leaves', 'leaf'],
  ['knives', 'knife'],
  ['loaves', 'loaf']
])

const littleWords: ReadonlySet<string> = new Set(
  (
    'a an the this that these those there here it its is are was were be been being am has have had do does did not no nor ' +
    'and or but if than then so as at by for from in into of off on onto out over to up with without within about above across ' +
    'after against along among around before behind below beneath beside besides between beyond down during inside near next ' +
    'outside past through toward towards under underneath until upon while who whom whose which what when where why how he ' +
    'him his she her hers they them their theirs we us our ours you your yours i me my mine one some any all both each every ' +
    'other others another many much few more most several very just also can could will would shall should may might must ' +
    'something someone somebody everything anything nothing photo photos picture pictures image images show shows showing ' +
    'shown s t'
  ).split(' ')
)
