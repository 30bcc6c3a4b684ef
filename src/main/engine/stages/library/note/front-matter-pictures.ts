import { isMapping, isValue, type FrontMap, type FrontNode, type FrontValue } from './front-matter-tree.ts'
import { isPictureName, localTarget } from './local-target.ts'

/** A picture that front matter names, and what is said of it there. */
export interface NamedPicture {
  /** A path, or a pattern of paths: see `picturesLike`. */
  readonly target: string
  readonly isPattern: boolean
  /** Its caption, alternative text and title, as far as it has them; each once. */
  readonly said: readonly FrontValue[]
  /** Where it is named: UTF-16 offset of the note. */
  readonly start: number
}

/** Of a mapping that describes one picture, what names it. Folded, as all keys here are. */
const addressKeys =
  /^(?:src|url|href|path|file|filename|source|(?:image|img|photo|picture)(?:path|url|src|file|name)?|full|large)$/
/** What the mapping says of its picture, the most exact first. */
const sayingKeys = ['alt', 'alttext', 'imagealt', 'imagedescription', 'caption', 'description', 'title', 'text']
/** Hugo keeps what its themes want apart: `resources: [{src, params: {alt}}]`. */
const insideKeys = ['params', 'meta', 'attributes']
/** What stands below these keys says something of a page or a person, not of the picture beside it. */
const others =
  /^(?:seo|og|opengraph|twitter|social|authors?|profile|site|organi[sz]ation|publisher|brand|logo|sitemap)$/

/**
 * Pictures with their captions in front matter, wherever they stand in it: Hugo's resources (`[{src, title, params: {alt}}]`), Jekyll's
 * galleries (`[{image_path, alt, title}]`), `header: {image, caption}`, `cover_image` with `cover_image_alt`, `photos` by name
 * (`{a.jpg: caption}`) and as pairs (`[a.jpg, caption]`).
 *
 * @see https://gohugo.io/content-management/page-resources/, https://mmistakes.github.io/minimal-mistakes/docs/helpers/#gallery
 */
export function picturesNamed(root: FrontMap): readonly NamedPicture[] {
  return [...picturesIn(root, true)].toSorted((a, b) => a.start - b.start)
}

function* picturesIn(map: FrontMap, isRoot: boolean): Generator<NamedPicture> {
  const own = new Map([...map].map(([key, node]) => [folded(key), node]))
  for (const [written, node] of map) {
    const key = folded(written)
    if (isValue(node)) {
      const isAddress = !isRoot && addressKeys.test(key)
      const picture = pictureAt(node, isAddress && key === 'src', [
        ...saidBeside(own, key),
        ...(isAddress ? saidIn(own) : [])
      ])
      if (picture !== null && (isAddress || picture.said.length > 0)) yield picture
      else if (isPictureName(written)) yield { target: written, isPattern: false, said: [node], start: node.start }
    } else if (isMapping(node)) {
      if (!others.test(key)) yield* picturesIn(node, false)
    } else yield* picturesListed(node)
  }
}

function* picturesListed(list: readonly FrontNode[]): Generator<NamedPicture> {
  const [first, second] = list
  const isPair = list.length === 2 && first !== undefined && second !== undefined && isValue(first) && isValue(second)
  const picture = isPair ? pictureAt(first, false, [second]) : null
  if (isPair && picture !== null && pictureAt(second, false, []) === null) yield picture
  for (const node of list) {
    if (isMapping(node)) yield* picturesIn(node, false)
    else if (!isValue(node)) yield* picturesListed(node)
  }
}

/** `cover_image_alt` or `cover_alt`, beside `cover_image`. */
function saidBeside(map: ReadonlyMap<string, FrontNode>, key: string): FrontValue[] {
  const bases = new Set([key, key.replace(/(?:image|img|photo|picture|path|url|src)$/, '')])
  return [...bases]
    .filter(base => base !== '')
    .flatMap(base => sayingKeys.flatMap(saying => valueAt(map, base + saying)))
}

function saidIn(map: ReadonlyMap<string, FrontNode>): FrontValue[] {
  const inside = insideKeys.flatMap(key => {
    const node = map.get(key)
    return node !== undefined && isMapping(node) ? [new Map([...node].map(([name, one]) => [folded(name), one]))] : []
  })
  return [map, ...inside].flatMap(one => sayingKeys.flatMap(key => valueAt(one, key)))
}

function valueAt(map: ReadonlyMap<string, FrontNode>, key: string): FrontValue[] {
  const node = map.get(key)
  return node !== undefined && isValue(node) ? [node] : []
}

/** @param mayBePattern  whether `*` and its like stand for names, as in Hugo's resources */
function pictureAt(value: FrontValue, mayBePattern: boolean, said: readonly FrontValue[]): NamedPicture | null {
  const isPattern = mayBePattern && patterned.test(value.text) && !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(value.text)
  const target = isPattern ? value.text : localTarget(value.text)
  if (target === null || (!isPattern && !isPictureName(target))) return null
  const once = new Map<string, FrontValue>()
  for (const one of said) {
    const text = asRead(one.text)
    if (text !== '' && !isPictureName(text) && !once.has(text)) once.set(text, { ...one, text })
  }
  return { target, isPattern, said: [...once.values()], start: value.start }
}

const patterned = /\*|\?[^?/=&]*\.\w+$|\{[^{}]*,[^{}]*\}|\[[^[\]]+\]/

/** What a theme shows of a caption that may be written in Markdown or HTML. */
function asRead(text: string): string {
  return text
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/<[^<>]{1,500}>/g, ' ')
    .replace(/(?<![\p{L}\p{N}])([*_`]{1,3})(\S(?:[^*_`]*\S)?)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/\s+/g, ' ')
    .trim()
}

function folded(key: string): string {
  return key.toLowerCase().replace(/[-_. ]/g, '')
}
