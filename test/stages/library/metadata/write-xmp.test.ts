import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExifTool } from 'exiftool-vendored'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { mergeXmp, type WordsForXmp } from '../../../../src/main/engine/stages/library/metadata/write-xmp.ts'
import { parseXmp } from '../../../../src/main/engine/stages/library/metadata/xmp.ts'
import { temporaryFolder } from '../../../tools/temporary-folder.ts'

const folder = temporaryFolder()
const exiftool = new ExifTool({ maxProcs: 1 })
const hasPerl = await exiftool.version().then(
  () => true,
  () => false
)
afterAll(() => exiftool.end())

const words: WordsForXmp = { caption: 'Igel & <Moos>\nim "Garten"', tags: ['Küche', 'Oma & Opa'], isFavourite: true }
const none: WordsForXmp = { caption: null, tags: [], isFavourite: false }
const read = (xmp: string | null) => parseXmp(new TextEncoder().encode(xmp ?? ''))

/** As digiKam 8 writes them: attributes, hierarchies and a history of its own. */
const digiKam = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:digiKam="http://www.digikam.org/ns/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
   digiKam:ColorLabel="3" xmp:Rating="2">
   <digiKam:TagsList><rdf:Seq><rdf:li>Animals/Hedgehog</rdf:li></rdf:Seq></digiKam:TagsList>
   <dc:subject>
    <rdf:Bag>
     <rdf:li>Hedgehog</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <dc:description>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">A spiky animal</rdf:li>
     <rdf:li xml:lang="fr-FR">Un hérisson</rdf:li>
    </rdf:Alt>
   </dc:description>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`

/** As Lightroom writes them: everything simple is an attribute, edits are a structure. */
const lightroom = `<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0-c000">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
   crs:Exposure2012="+0.35" crs:HasSettings="True">
   <lr:hierarchicalSubject><rdf:Bag><rdf:li>Places|Garden</rdf:li></rdf:Bag></lr:hierarchicalSubject>
   <crs:ToneCurvePV2012><rdf:Seq><rdf:li>0, 0</rdf:li><rdf:li>255, 255</rdf:li></rdf:Seq></crs:ToneCurvePV2012>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>`

test('a new sidecar says to our reader what the person said', () => {
  expect(read(mergeXmp(null, words))).toMatchObject({ descriptions: [words.caption], keywords: words.tags })
  expect(mergeXmp(null, none)).toBeNull()
})

test('digiKam’s sidecar keeps its description, translations, tags, labels and rating beside the person’s words', () => {
  const merged = mergeXmp(digiKam, words) ?? ''
  expect(read(merged)).toMatchObject({
    descriptions: [`${words.caption}\n\nA spiky animal`, 'Un hérisson'],
    keywords: ['Hedgehog', 'Küche', 'Oma & Opa', 'Animals', 'Hedgehog']
  })
  for (const kept of ['digiKam:ColorLabel="3" xmp:Rating="2"', 'Un hérisson', '<rdf:li>Animals/Hedgehog</rdf:li>'])
    expect(merged).toContain(kept)
  expect(merged).not.toContain('<xmp:Rating>')
})

test('what Lightroom made of a photo stays, character by character', () => {
  const merged = mergeXmp(lightroom, words) ?? ''
  const [head = '', tail = ''] = lightroom.split(' </rdf:RDF>')
  expect(merged.startsWith(head)).toBe(true)
  expect(merged.endsWith(`</rdf:RDF>${tail}`)).toBe(true)
})

test('written again it is the same; changed, only the person’s words change; taken back, others’ are all that is left', () => {
  for (const before of [digiKam, lightroom, mergeXmp(null, { ...none, isFavourite: true }) ?? '']) {
    const once = mergeXmp(before, words)
    expect(mergeXmp(once, words)).toBe(once)
    const changed = mergeXmp(once, { ...none, caption: 'Other words', tags: ['new'] })
    expect(read(changed)).toEqual(read(mergeXmp(before, { ...none, caption: 'Other words', tags: ['new'] })))
    expect(read(mergeXmp(changed, none))).toEqual(read(before))
  }
  expect(mergeXmp(digiKam, none)).toBe(digiKam)
})

test('a description that somebody else has changed since is theirs, and is kept', () => {
  const once = mergeXmp(null, words) ?? ''
  const edited = once.replace(/(<rdf:li xml:lang="x-default">)[^<]*/, '$1Edited elsewhere')
  expect(read(mergeXmp(edited, { ...words, caption: 'Mine' }))?.descriptions).toEqual(['Mine\n\nEdited elsewhere'])
})

test('what is no XMP, is cut off or declares entities is not merged', () => {
  for (const bad of ['', 'no xml', digiKam.slice(0, 600), `<!DOCTYPE x [<!ENTITY a "b">]>${digiKam}`, '<a/>'])
    expect(mergeXmp(bad, words)).toBeNull()
  const asAttribute = lightroom.replace(
    'crs:Exposure2012=',
    'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:subject="x" crs:Exposure2012='
  )
  expect(mergeXmp(asAttribute, words)).toBeNull()
})

test('any words come back from a sidecar as they were written', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .map(one => one.replace(/[\p{Cc}\p{Cs}\ufeff\ufffd-\uffff]/gu, 'x').trim())
    .filter(one => one !== '')
  fc.assert(
    fc.property(text, fc.uniqueArray(text, { selector: one => one.toLowerCase(), maxLength: 5 }), (caption, tags) => {
      const before = mergeXmp(null, { caption, tags, isFavourite: false })
      expect(read(before)).toMatchObject({ descriptions: [caption], keywords: tags })
      expect(mergeXmp(before, { caption, tags, isFavourite: false })).toBe(before)
    })
  )
})

test('ExifTool reads from a merged sidecar what our reader reads, and finds nothing wrong with it', async context => {
  if (!hasPerl) context.skip('no Perl')
  for (const [name, before] of Object.entries({ empty: null, digiKam, lightroom })) {
    const path = join(mkdtempSync(join(folder, 'xmp-')), `${name}.jpg.xmp`)
    writeFileSync(path, mergeXmp(before, words) ?? '')
    const tags = await exiftool.readRaw(path, { readArgs: ['-XMP:all', '-validate', '-warning', '-error'] })
    expect(tags).not.toHaveProperty('Error')
    expect(tags).not.toHaveProperty('Warning')
    const ours = read(mergeXmp(before, words))
    expect(tags.Description).toBe(ours?.descriptions[0])
    expect([tags.Subject].flat()).toEqual(expect.arrayContaining([...words.tags]))
    expect(String(tags.Rating)).toBe(name === 'digiKam' ? '2' : '5')
  }
})
