import fc from 'fast-check'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { matchSidecars, sidecarStamp } from '../../../src/main/engine/stages/library/sidecars.ts'
import { describeWithData } from '../../tools/shared-data.ts'

/** The sidecars of one photo in a folder that has only these. */
const of = async (photo: string, ...sidecars: string[]): Promise<readonly string[]> =>
  (await matchSidecars([photo], sidecars)).get(photo) ?? []

test('an xmp file describes the photo whose name it has, with or without the photo’s extension, in any case', async () => {
  expect(await of('a.CR2', 'a.xmp')).toEqual(['a.xmp'])
  expect(await of('a.jpg', 'a.jpg.xmp')).toEqual(['a.jpg.xmp'])
  expect(await of('a.JPG', 'A.jpg.XMP')).toEqual(['A.jpg.XMP'])
  expect(await of('a.jpg', 'ab.xmp', 'b.jpg.xmp')).toEqual([])
})

test('Takeout names its JSON in two generations', async () => {
  expect(await of('IMG_1.jpg', 'IMG_1.jpg.json')).toEqual(['IMG_1.jpg.json'])
  expect(await of('IMG_1.jpg', 'IMG_1.jpg.supplemental-metadata.json')).toEqual([
    'IMG_1.jpg.supplemental-metadata.json'
  ])
  expect(await of('IMG_1.jpg', 'IMG_1.json')).toEqual(['IMG_1.json'])
  expect(await of('Peanut Butter Balls.jpg', 'Peanut Butter Balls.supplemental-metadata.json')).toHaveLength(1)
})

test('the whole name of a Takeout JSON is cut to 51 characters', async () => {
  expect(
    await of('PXL_20231006_063536303.PORTRAIT.jpg', 'PXL_20231006_063536303.PORTRAIT.jpg.supplement.json')
  ).toHaveLength(1)
  expect(
    await of('a2b4c6d8-0000-4000-8000-123456789abc_x.jpg', 'a2b4c6d8-0000-4000-8000-123456789abc_x.jpg.sup.json')
  ).toHaveLength(1)
  expect(
    await of(
      '13039_327707840323_537645323_9470255_27214_n(1).jpg',
      '13039_327707840323_537645323_9470255_27214_n.j(1).json'
    )
  ).toHaveLength(1)
  expect(
    await of('05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jpg', '05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jp.json')
  ).toHaveLength(1)
  expect(
    await of(
      'PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINA.jpg',
      'PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN.json'
    )
  ).toHaveLength(1)
  expect(
    await of(
      'Backyard_ceremony_wedding_photography_xxxxxxx_m(494).jpg',
      'Backyard_ceremony_wedding_photography_xxxxxxx_(494).json'
    )
  ).toHaveLength(1)
})

test('the number of a copy stands in other places in the JSON’s name', async () => {
  for (const json of [
    'IMG_1.jpg(1).json',
    'IMG_1.jpg.supplemental-metadata(1).json',
    'IMG_1(1).jpg.json',
    'IMG_1.jpg.suppl(1).json'
  ])
    expect(await of('IMG_1(1).jpg', json), json).toEqual([json])
  expect(await of('IMG_1(1).jpg', 'IMG_1.jpg.json', 'IMG_1.jpg(2).json')).toEqual([])
  expect(await of('IMG_1.jpg', 'IMG_1.jpg(1).json')).toEqual([])
})

test('an edited copy is described by its original’s JSON, in the language of the account', async () => {
  expect(await of('IMG_1-edited.jpg', 'IMG_1.jpg.json')).toEqual(['IMG_1.jpg.json'])
  expect(await of('IMG_1-bearbeitet.jpg', 'IMG_1.jpg.supplemental-metadata.json')).toHaveLength(1)
  expect(await of('IMG_1-edited(1).jpg', 'IMG_1.jpg(1).json', 'IMG_1.jpg.json')).toEqual(['IMG_1.jpg(1).json'])
  expect(await of('IMG_1-modifie\u0301.jpg', 'IMG_1.jpg.json')).toHaveLength(1)
  for (const suffix of ['编辑', 'editat', 'EFFECTS', '編集済み', 'muokattu', 'ha editado', 'संपादित', 'EFFECTS-edited'])
    expect(await of(`IMG_1-${suffix}.jpg`, 'IMG_1.jpg.supplemental-metadata.json'), suffix).toHaveLength(1)
  // The number of a copy in either place, and an original in another format.
  expect(await of('IMG_1(2)-edited.jpg', 'IMG_1.jpg(2).json', 'IMG_1.jpg.json')).toEqual(['IMG_1.jpg(2).json'])
  expect(await of('IMG_1-edited.jpg', 'IMG_1.HEIC.supplemental-metad.json')).toHaveLength(1)
  // It has a JSON of its own, or is numbered by somebody.
  expect(await of('IMG_1-harbour.jpg', 'IMG_1.jpg.json', 'IMG_1-harbour.jpg.json')).toEqual(['IMG_1-harbour.jpg.json'])
  expect(await of('IMG-2.jpg', 'IMG.jpg.json')).toEqual([])
})

test('the suffix of an edited copy may be cut by the longest name, down to its hyphen', async () => {
  const stem = 'a_rather_long_name_from_an_old_scanner_app_'
  for (let length = stem.length + 1; length <= 47; length++) {
    const photo = `${`${stem}-edited`.slice(0, length)}.jpg`
    expect(await of(photo, `${stem}.jpg.json`.slice(0, 46).replace(/(.json)?$/, '.json')), photo).toHaveLength(1)
  }
  expect(await of('short-.jpg', 'short.jpg.json')).toEqual([])
})

test('the page of a Keep note has its JSON; other notes have none', async () => {
  expect(await of('Garden shed.html', 'Garden shed.json', 'Garden.json')).toEqual(['Garden shed.json'])
  expect(await of('Garden shed.html', 'Garden.json')).toEqual([])
})

test('a name of hyphens only costs no more than another', async () => {
  expect(await of(`${'-a'.repeat(5000)}.jpg`, 'a.jpg.json')).toEqual([])
})

test('a live photo without a JSON of its own takes its video’s', async () => {
  expect(await of('IMG_1.HEIC', 'IMG_1.MOV.json')).toEqual(['IMG_1.MOV.json'])
  expect(await of('IMG_1.HEIC', 'IMG_1.MOV.json', 'IMG_1.HEIC.json')).toEqual(['IMG_1.HEIC.json'])
})

test('two photos with the same name and other extensions share what is named after the name alone', async () => {
  const matches = await matchSidecars(['a.cr2', 'a.jpg'], ['a.xmp', 'a.jpg.json'])
  expect(matches.get('a.cr2')).toEqual(['a.xmp'])
  expect(matches.get('a.jpg')).toEqual(['a.jpg.json', 'a.xmp'])
})

test('long names that differ only after the cut are told apart when their JSONs were not cut', async () => {
  const start = 'x'.repeat(50)
  expect(await of(`${start}1.jpg`, `${start}1.jpg.json`, `${start}2.jpg.json`)).toEqual([`${start}1.jpg.json`])
})

test('the JSON that Takeout would write is found for any name', async () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'b', 'X', 'Y', '0', '9', '_', '-', ' ', '.', 'é'),
    minLength: 1,
    maxLength: 47
  })
  await fc.assert(
    fc.asyncProperty(letters, fc.integer({ min: 0, max: 9 }), fc.boolean(), async (name, copy, isNew) => {
      const stem = name.replace(/^[.\s~]+/, '') + 'a'
      const number = copy === 0 ? '' : `(${copy})`
      const json = `${`${stem}.jpg${isNew ? '.supplemental-metadata' : ''}`.slice(0, 46)}${number}.json`
      expect(await of(`${stem}${number}.jpg`, json)).toEqual([json])
    })
  )
})

test('the stamp changes with a sidecar’s name, size or time, and not with their order', () => {
  const a = { name: 'a.xmp', sizeBytes: 10, modifiedMs: 1000 }
  const b = { name: 'a.jpg.json', sizeBytes: 20, modifiedMs: 2000 }
  expect(sidecarStamp([])).toBe('')
  expect(sidecarStamp([a, b])).toMatch(/^[0-9a-f]{16}$/)
  expect(sidecarStamp([a, b])).toBe(sidecarStamp([b, a]))
  const others = [[a], [a, { ...b, sizeBytes: 21 }], [a, { ...b, modifiedMs: 2001 }], [a, { ...b, name: 'b.json' }]]
  expect(new Set([[a, b], ...others].map(sidecarStamp)).size).toBe(5)
})

describeWithData(
  'a real Takeout folder',
  ['formats', 'google_takeout', 'Takeout1', 'Google Photos', 'Album test 6-10-23'],
  folder => {
    test('every photo finds its own JSON, and the album’s and the video’s stay over', async () => {
      const names = readdirSync(folder)
      const photos = names.filter(name => name.endsWith('.jpg'))
      const matches = await matchSidecars(
        photos,
        names.filter(name => name.endsWith('.json'))
      )
      expect(photos.length).toBeGreaterThan(0)
      for (const photo of photos) expect(matches.get(photo)).toEqual([`${photo}.json`])
    })
  }
)
