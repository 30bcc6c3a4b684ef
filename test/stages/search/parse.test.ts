import { readFileSync } from 'node:fs'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseQuery } from '../../../src/main/engine/stages/search/parse.ts'
import { sharedData } from '../../tools/shared-data.ts'

const kinds = (text: string) => parseQuery(text).tokens.map(token => `${token.kind}:${token.label}`)

test('plain words are a caption, and the last one may still be being typed', () => {
  const query = parseQuery('the day we found the hedgehog')
  expect(query.caption).toBe('the day we found the hedgehog')
  expect(query.words).toEqual({
    words: ['the', 'day', 'we', 'found', 'hedgehog'],
    exact: [],
    without: [],
    lastIsPrefix: true
  })
  expect(parseQuery('hedgehog ').words.lastIsPrefix).toBe(false)
  expect(parseQuery('hedgehog -fox').words.lastIsPrefix).toBe(false)
})

test('a sentence with everything in it', () => {
  const query = parseQuery(
    'red "Main Street" bike -car -"no entry" type:photo in:"my folder" after:2021-05 before:2023 camera:x100 near:48.137,11.575,500m tag:“two words” is:failed like:12'
  )
  expect(query.words).toEqual({
    words: ['red', 'bike'],
    exact: ['Main Street'],
    without: ['car', 'no entry'],
    lastIsPrefix: false
  })
  expect(query.caption).toBe('red Main Street bike')
  expect(query.filters).toEqual({
    kind: 'photo',
    folders: ['my folder'],
    afterMs: Date.UTC(2021, 4, 1),
    beforeMs: Date.UTC(2023, 0, 1),
    camera: 'x100',
    near: { latitude: 48.137, longitude: 11.575, radiusKm: 0.5 },
    tags: ['two words'],
    isFailed: true
  })
  expect(query.like).toBe(12)
})

test('keys do not mind capitals, and only count where a token begins', () => {
  expect(parseQuery('TYPE:Note').filters).toEqual({ kind: 'note' })
  expect(parseQuery('subtype:photo').filters).toEqual({})
  expect(kinds('5" screw')).toEqual(['words:5" screw'])
})

test('what is not understood is words', () => {
  for (const text of [
    'type:cat',
    'after:yesterday',
    'after:2021-13',
    'before:2021-02-30',
    'near:91,0',
    'near:here',
    'is:nice',
    'like:0',
    'in:',
    'http://x.y',
    '--help',
    '-',
    '-type:video',
    '-like:12',
    'tag:#',
    '"open'
  ]) {
    expect(kinds(text), text).toEqual([`words:${text}`])
    expect(parseQuery(text).filters, text).toEqual({})
  }
})

test('dates narrow each other, folders and tags add up, the last type counts', () => {
  const { filters } = parseQuery(
    'after:2020 after:2021/3/4 before:2023 before:2022.06 in:a in:b tag:x tag:y type:photo type:note'
  )
  expect(filters).toEqual({
    afterMs: Date.UTC(2021, 2, 4),
    beforeMs: Date.UTC(2022, 5, 1),
    folders: ['a', 'b'],
    tags: ['x', 'y'],
    kind: 'note'
  })
})

test('a place has a neighbourhood of 5 km, or what is asked, in km, m or mi', () => {
  const radius = (text: string) => parseQuery(text).filters.near?.radiusKm
  expect(radius('near:-33.9,151.2')).toBe(5)
  expect(radius('near:-33.9,151.2,2')).toBe(2)
  expect(radius('near:-33.9,151.2,250M')).toBe(0.25)
  expect(radius('near:-33.9,151.2,10mi')).toBeCloseTo(16.09344)
  expect(radius('near:-33.9,151.2,0km')).toBeUndefined()
})

test('the numbers of a place may stand apart', () => {
  for (const text of ['near:48.1,11.6,5km', 'near:48.1, 11.6, 5 km', 'near:"48.1, 11.6, 5km"', 'near:48.1 , 11.6,5'])
    expect(parseQuery(`${text} beer`), text).toMatchObject({
      filters: { near: { latitude: 48.1, longitude: 11.6, radiusKm: 5 } },
      caption: 'beer'
    })
  expect(parseQuery('near:48.1,11.6 5 dogs')).toMatchObject({ filters: { near: { radiusKm: 5 } }, caption: '5 dogs' })
})

test('a filter with a minus is left out, and is a chip as a whole', () => {
  const { tokens, filters, words } = parseQuery('-tag:#garden -in:"old stuff" today -type:note -is:favourite')
  expect(filters).toEqual({
    without: [{ tags: ['garden'] }, { folders: ['old stuff'] }, { kind: 'note' }, { isFavourite: true }]
  })
  expect(words).toMatchObject({ words: ['today'], without: [] })
  expect(tokens[1]).toEqual({ kind: 'in', label: 'old stuff', start: 13, end: 28, isNegated: true })
  expect(parseQuery('-tag:x tag:y').filters).toEqual({ tags: ['y'], without: [{ tags: ['x'] }] })
})

test('punctuation around a word is not part of it', () => {
  expect(parseQuery("(don't) x-ray, naïve! …").words.words).toEqual(["don't", 'x-ray', 'naïve'])
  expect(parseQuery('!?! 🦔').words.words).toEqual([])
  expect(parseQuery('🦔').caption).toBe('🦔')
})

test('a pasted page asks the word index for its first words only', () => {
  const page = Array.from({ length: 5000 }, (_, i) => `word${i}`).join(' ')
  expect(parseQuery(page).words.words).toHaveLength(64)
})

// ── properties ──────────────────────────────────────────────────────────────────────────────────────────────────────

const word = fc.stringMatching(/^[a-zäß][a-z0-9ü]{0,8}$/)
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map(words => words.join(' '))
const day = fc.record({
  year: fc.integer({ min: 1000, max: 9999 }),
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.integer({ min: 1, max: 28 })
})
const two = (value: number) => String(value).padStart(2, '0')

/** One token as text, and what must come out. */
const token = fc.oneof(
  word.map(text => ({ text, kind: 'words', label: text })),
  phrase.map(text => ({ text: `"${text}"`, kind: 'exact', label: text })),
  phrase.map(text => ({ text: `„${text}“`, kind: 'exact', label: text })),
  word.map(text => ({ text: `-${text}`, kind: 'without', label: text })),
  phrase.map(text => ({ text: `-"${text}"`, kind: 'without', label: text })),
  fc.constantFrom('photo', 'note').map(label => ({ text: `Type:${label}`, kind: 'type', label })),
  phrase.map(text => ({ text: `in:"${text}"`, kind: 'in', label: text })),
  word.map(text => ({ text: `tag:${text}`, kind: 'tag', label: text })),
  word.map(text => ({ text: `camera:${text}`, kind: 'camera', label: text })),
  day
    .map(({ year, month, day }) => `${year}-${two(month)}-${two(day)}`)
    .map(label => ({ text: `after:${label}`, kind: 'after', label })),
  day
    .map(({ year, month }) => `${year}-${two(month)}`)
    .map(label => ({ text: `before:${label}`, kind: 'before', label })),
  fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -180, max: 180 })).map(([latitude, longitude]) => {
    const label = `${latitude},${longitude},3km`
    return { text: `near:${label}`, kind: 'near', label }
  }),
  fc.constant({ text: 'is:favourite', kind: 'favourite', label: 'favourite' }),
  fc.constant({ text: 'is:failed', kind: 'failed', label: 'failed' }),
  fc.integer({ min: 1, max: 99_999 }).map(id => ({ text: `like:${id}`, kind: 'like', label: String(id) }))
)

test('whatever a valid query is made of is found again, where it stands', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 8 }), written => {
      const text = written.map(part => part.text).join('  ')
      const { tokens } = parseQuery(text)
      expect(merged(tokens)).toEqual(merged(written))
      let end = 0
      for (const found of tokens) {
        expect(found.start).toBeGreaterThanOrEqual(end)
        end = found.end
        if (found.kind !== 'words') expect(written.map(part => part.text)).toContain(text.slice(found.start, found.end))
      }
    })
  )
})

test('cutting a token out of the text takes exactly that token out of the query, whatever the text', () => {
  const naughty = sharedData('naughty_strings', 'blns.json')
  const strings = naughty === null ? ['"', '-"', 'in:"'] : (JSON.parse(readFileSync(naughty, 'utf8')) as string[])
  const bit = fc.oneof(
    token.map(part => part.text),
    fc.constantFrom('"', '“', '-', ':', 'in:', 'type:', '\u00a0', '\u200b', '\ud800', '""', '-""', 'near:"'),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom(...strings)
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(bit, fc.constantFrom('', ' ', '\t')), { maxLength: 8 }), parts => {
      const text = parts.flat().join('')
      const { tokens } = parseQuery(text)
      // Between tokens there is nothing but space.
      const rest = tokens.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text)
      expect(rest.trim()).toBe('')
      tokens.forEach((gone, i) => {
        const left = parseQuery(text.slice(0, gone.start) + text.slice(gone.end)).tokens
        expect(merged(left)).toEqual(merged(tokens.filter((_, j) => j !== i)))
      })
    }),
    { numRuns: 1000 }
  )
})

/** Words that become neighbours are one token; the space between them does not count. */
function merged(tokens: readonly { kind: string; label: string }[]): string[] {
  const result: string[] = []
  let previous = ''
  for (const { kind, label } of tokens) {
    if (kind === 'words' && previous === 'words') result.push(result.pop()! + label.replace(/\s/gu, ''))
    else result.push(kind === 'words' ? label.replace(/\s/gu, '') : `${kind}|${label}`)
    previous = kind
  }
  return result
}

test('an emoji in quotes is looked for as it stands, and left out as it stands', () => {
  expect(parseQuery('"😀" -"🦔"').words).toMatchObject({ exact: ['😀'], without: ['🦔'], words: [] })
  expect(parseQuery('"…" -"!"').words).toMatchObject({ exact: [], without: [] })
})
