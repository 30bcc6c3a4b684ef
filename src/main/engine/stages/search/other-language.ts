/**
 * Whether a question is clearly in a language that the model does not know. Nothing here guesses: a script says it, or
 * the small words of a language that are no small words of any that the model knows. When in doubt it says nothing.
 *
 * @param caption    what the text encoder reads; '' for filters alone
 * @param languages  BCP 47 tags of the model; none when nobody says
 */
export function isOtherLanguage(caption: string, languages: readonly string[]): boolean {
  const known = languages.map(languageOf)
  const words = caption.toLowerCase().match(/[\p{L}\p{M}’']+/gu) ?? []
  if (words.length === 0 || known.length === 0 || known.some(one => one === null)) return false
  const scripts = new Set(known.flatMap(one => one?.scripts ?? []))
  const foreign = words.filter(word => isInOtherScript(word, scripts))
  return foreign.length * 2 >= words.length || isOtherLatin(words, new Set(known.map(one => one?.name ?? '')))
}

interface Language {
  /** The primary subtag. */
  readonly name: string
  /** ISO 15924, as Unicode names the scripts of single characters. */
  readonly scripts: readonly string[]
}

/** Names of writing systems that are several scripts at once. */
const writtenIn: Readonly<Record<string, readonly string[]>> = {
  Hans: ['Hani'],
  Hant: ['Hani'],
  Jpan: ['Hani', 'Hira', 'Kana'],
  Kore: ['Hang', 'Hani']
}

/** null for what is no language: “mul” and “und” may be any, and so may a tag that nobody knows. */
function languageOf(tag: string): Language | null {
  // Made whole, “und” would be English.
  if (/^(und|mul|mis|zxx)(-|$)/i.test(tag)) return null
  try {
    const { language: name, script } = new Intl.Locale(tag).maximize()
    if (script === undefined) return null
    return { name, scripts: writtenIn[script] ?? [script] }
  } catch {
    return null
  }
}

const scriptNames = (
  'Latn Cyrl Grek Armn Geor Hebr Arab Syrc Thaa Ethi Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr ' +
  'Khmr Mong Hani Hira Kana Bopo Hang'
).split(' ')
const scriptPatterns = scriptNames.map(name => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const)

/** Scripts of which one character is a word. */
const wordSigns = new Set(['Hani', 'Hira', 'Kana', 'Hang'])

/** All of the word's letters, and more than a lone sign such as π. */
function isInOtherScript(word: string, known: ReadonlySet<string>): boolean {
  const letters = word.match(/\p{L}/gu) ?? []
  const scripts = letters.map(letter => scriptPatterns.find(([, pattern]) => pattern.test(letter))?.[0] ?? null)
  if (!scripts.every(script => script !== null && !known.has(script))) return false
  return letters.length > 1 || scripts.some(script => script !== null && wordSigns.has(script))
}

/** Articles, prepositions and the like, which no question of some length does without. */
const smallWords: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    en:
      'a an the and or of in on at to for with from by is are was were be as it its this that these those my your his her our ' +
      'their we you he she they who what when where how do does did has have not no under over into near some die made son come',
    de:
      'der die das den dem des ein eine einen einem einer eines und oder nicht ist sind war waren mit bei von vom zum zur im am ' +
      'auf aus für über unter nach vor zwischen wie wo wir ich sie er es mein meine meinem meiner unser unsere beim durch in an so',
    fr:
      'le la les un une des du de et ou est sont dans sur sous avec pour par au aux chez ce cette ces mon ma mes notre nos son sa ' +
      'ses qui que où en a y il elle nous vous pas',
    es:
      'el la los las un una unos unas de del al y o es son está están en con por para sobre bajo mi mis su sus nuestro nuestra que ' +
      'donde cuando no se a e lo como',
    it:
      'il lo la i gli le un uno una di del dello della dei degli delle e o è sono in nel nella nei nelle con per su sul sulla da ' +
      'dal dalla che mio mia nostro nostra al alla non a come',
    pt:
      'o a os as um uma uns umas de do da dos das e ou é são em no na nos nas com por para pelo pela ao à que meu minha nosso nossa ' +
      'não sobre como se',
    nl:
      'de het een en of van in op aan met bij voor naar uit over onder is zijn was waren niet mijn onze ons die dat deze dit te door ' +
      'tussen ik wij hij zij er',
    sv: 'en ett den det de och eller i på av med till från för är var inte som min mitt mina vår vårt under över vid hos om',
    da: 'en et den det de og eller i på af med til fra for er var ikke som min mit mine vores under over ved hos om',
    no: 'en et ei den det de og eller i på av med til fra for er var ikke som min mitt mine vår vårt under over ved hos om',
    pl: 'i w we na z ze do od dla przy pod nad za jest są był była nie się to ten ta te mój moja nasz nasza oraz lub po o u a',
    fi: 'ja tai on ovat oli ei se ne tämä minun meidän kanssa alla yli kun missä joka että',
    tr: 've veya bir bu şu ile için de da mi ne çok benim bizim üzerinde altında olan gibi',
    cs: 'a i nebo v ve na z ze do od pro při pod nad za je jsou byl byla není se to ten ta můj moje náš naše po o u s k'
  }).map(([name, words]) => [name, new Set(words.split(' '))])
)

/** Two small words of a language that the model does not know, and none of any that it does. */
function isOtherLatin(words: readonly string[], known: ReadonlySet<string>): boolean {
  const asked = new Set(words)
  const latin = [...known].filter(name => languageOf(name)?.scripts.includes('Latn'))
  const own = latin.map(name => smallWords[name])
  // Of one that it knows and we do not, any word might be.
  if (own.some(small => small === undefined) || own.some(small => small && !small.isDisjointFrom(asked))) return false
  return Object.entries(smallWords).some(([name, small]) => !known.has(name) && small.intersection(asked).size >= 2)
}
