/** What exports say of photos from another folder, of whole albums and chats, and what Picasa and Keep wrote. */
import fc from 'fast-check'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { parseKeep } from '../../../src/main/engine/stages/library/note/keep.ts'
import { parsePicasa, picasaWords } from '../../../src/main/engine/stages/library/metadata/picasa.ts'
import { parseGoogle } from '../../../src/main/engine/stages/library/metadata/takeout.ts'
import { withFolderSidecars } from '../../../src/main/engine/stages/library/folder-sidecars.ts'
import { cpuMs } from '../../tools/cpu-time.ts'
import { describeWithData } from '../../tools/shared-data.ts'
import { folderWith, scanAll, write } from './folders.ts'
import { readFolder, type Read } from './read-folder.ts'

let jpeg: Uint8Array
beforeAll(async () => {
  jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#357' } })
    .jpeg()
    .toBuffer()
})

const photo = (seconds: number, description: string, more: object = {}): string =>
  JSON.stringify({
    title: 'x.jpg',
    description,
    creationTime: { timestamp: String(seconds + 9) },
    photoTakenTime: { timestamp: String(seconds) },
    geoData: { latitude: 52.37, longitude: 4.9 },
    ...more
  })

const read = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<(path: string) => Read> => {
  const all = await readFolder(folderWith(files))
  return path => {
    const one = all.get(path)
    if (one === undefined) throw new Error(`${path} was not read`)
    return one
  }
}

test.each([
  ['takeout-20240712T112341Z-003/Takeout', 'takeout-20240712T112341Z-004/Takeout'],
  ['takeout-20240712T112341Z-1-001/Takeout', 'takeout-20240712T112341Z-12-002/Takeout'],
  ['Downloads/takeout-001/Takeout', 'Downloads/takeout-002/Takeout'],
  ['Takeout', 'Takeout 2'],
  ['Takeout', 'Takeout(1)']
])('a JSON in %s describes the photo in %s', async (first, second) => {
  const folder = 'Google Photos/Photos from 2022'
  const of = await read({
    [`${first}/${folder}/boat.jpg.supplemental-metadata.json`]: photo(1655000000, 'Houseboat'),
    [`${second}/${folder}/boat.jpg`]: jpeg,
    [`${second}/${folder}/boat-bearbeitet.jpg`]: jpeg,
    // It has one beside it, and one of the same name is in the other part.
    [`${second}/${folder}/quay.jpg`]: jpeg,
    [`${second}/${folder}/quay.jpg.json`]: photo(1655100000, 'Quay'),
    [`${first}/${folder}/quay.jpg.json`]: photo(1, 'Another quay'),
    // Its own JSON is in the other part: the one of "crane.jpg" beside it is not its original's.
    [`${second}/${folder}/crane.jpg.json`]: photo(1655200000, 'Crane'),
    [`${second}/${folder}/crane-top.jpg`]: jpeg,
    [`${first}/${folder}/crane-top.jpg.json`]: photo(1655300000, 'View from its top')
  })
  expect(of(`${second}/${folder}/boat.jpg`)).toMatchObject({
    words: expect.stringContaining('houseboat') as string,
    dateSource: 'takeout'
  })
  expect(of(`${second}/${folder}/boat.jpg`).date.slice(0, 7)).toBe('2022-06')
  expect(of(`${second}/${folder}/boat-bearbeitet.jpg`).words).toContain('houseboat')
  expect(of(`${second}/${folder}/quay.jpg`).words).toMatch(/^\nquay/)
  expect(of(`${second}/${folder}/crane-top.jpg`).words).toMatch(/^\nview from its top/)
})

test('exports of other days and of other folders are not mixed', async () => {
  const of = await read({
    'takeout-20240712T112341Z-001/Takeout/Google Photos/A/IMG_1.jpg.json': photo(1655000000, 'Of that day'),
    'takeout-20200101T000000Z-002/Takeout/Google Photos/A/IMG_1.jpg': jpeg,
    'takeout-20240712T112341Z-002/Takeout/Google Photos/B/IMG_1.jpg': jpeg,
    'Bo/takeout-20240712T112341Z-002/Takeout/Google Photos/A/IMG_1.jpg': jpeg
  })
  for (const path of [
    'takeout-20200101T000000Z-002/Takeout/Google Photos/A/IMG_1.jpg',
    'takeout-20240712T112341Z-002/Takeout/Google Photos/B/IMG_1.jpg',
    'Bo/takeout-20240712T112341Z-002/Takeout/Google Photos/A/IMG_1.jpg'
  ])
    expect(of(path)).toMatchObject({ words: '\n', dateSource: 'file' })
})

test('what is far away is part of the stamp, so that a change of it is read', async () => {
  const folder = folderWith({
    'takeout-001/Takeout/Fotos/A/IMG_1.jpg': jpeg,
    'takeout-002/Takeout/Fotos/A/IMG_1.jpg.json': photo(1655000000, 'One'),
    'takeout-002/Takeout/Fotos/A/Metadaten.json': JSON.stringify({ title: 'Hallig Hooge', description: '', access: '' })
  })
  const stampOf = async (): Promise<string> => {
    const { files, sidecars } = await scanAll(folder)
    return (await withFolderSidecars(files, sidecars))[0]?.sidecarStamp ?? ''
  }
  const before = await stampOf()
  utimesSync(join(folder, 'takeout-002/Takeout/Fotos/A/Metadaten.json'), 1, 1)
  expect([before, await stampOf()]).toEqual([
    expect.stringMatching(/^[0-9a-f]{16}$/),
    expect.not.stringMatching(before)
  ])
})

test.each(['metadata.json', 'Metadaten.json', 'métadonnées.json', 'метаданные.json', 'メタデータ.json'])(
  'an album’s %s has its title and description be words of its photos',
  async name => {
    const album = {
      title: 'Canal week',
      description: 'Narrowboats &amp; locks',
      access: 'protected',
      date: { timestamp: '1' }
    }
    const of = await read({
      [`Takeout/Google Photos/Trip/${name}`]: JSON.stringify(album),
      'Takeout/Google Photos/Trip/a.jpg': jpeg,
      'Takeout/Google Photos/Trip/a.jpg.json': photo(1655000000, 'Lock 21'),
      'Takeout/Google Photos/Other/b.jpg': jpeg,
      'Takeout/Google Photos/Old/metadata.json': JSON.stringify({ albumData: { ...album, title: 'Old canals' } }),
      'Takeout/Google Photos/Old/c.jpg': jpeg,
      'Takeout/Google Photos/Photos from 2022/metadata.json': JSON.stringify({
        ...album,
        title: 'Photos from 2022',
        description: ''
      }),
      'Takeout/Google Photos/Photos from 2022/d.jpg': jpeg
    })
    expect(of('Takeout/Google Photos/Trip/a.jpg').words).toBe('\nlock 21\n\nnarrowboats & locks\ncanal week')
    expect(of('Takeout/Google Photos/Old/c.jpg').tags).toEqual(['Old canals'])
    expect([
      of('Takeout/Google Photos/Other/b.jpg').words,
      of('Takeout/Google Photos/Photos from 2022/d.jpg').words
    ]).toEqual(['\n', '\n'])
  }
)

test('other JSON in a folder of photos says nothing of them', async () => {
  const of = await read({
    'site/package.json': '{"title": "site", "description": "A site about canals"}',
    'site/a.jpg': jpeg
  })
  expect(of('site/a.jpg').words).toBe('\n')
})

test('a picture in Google Chat says what its message says', async () => {
  const messages = [
    {
      creator: { name: 'Bo Hartmann', email: 'bo@example.com' },
      created_date: 'Tuesday, May 4, 2021 at 11:08:09\u202fAM UTC',
      text: 'The heron is back',
      attached_files: [{ original_name: 'heron.jpg', export_name: 'File-heron.jpg' }]
    },
    { text: 'No picture' }
  ]
  const of = await read({
    'Takeout/Google Chat/Groups/DM x/messages.json': JSON.stringify({ messages }),
    'Takeout/Google Chat/Groups/DM x/group_info.json': '{"members": []}',
    'Takeout/Google Chat/Groups/DM x/File-heron.jpg': jpeg,
    'Takeout/Google Chat/Groups/DM x/File-other.jpg': jpeg
  })
  const { words, date, dateSource } = of('Takeout/Google Chat/Groups/DM x/File-heron.jpg')
  expect([words, dateSource, date.slice(0, 10)]).toEqual(['\nthe heron is back\nbo hartmann', 'takeout', '2021-05-04'])
  expect(of('Takeout/Google Chat/Groups/DM x/File-other.jpg').words).toBe('\n')
})

const picasaIni = [
  '[Picasa]',
  'name=Summer',
  'description=Weeks at the weir',
  '[Contacts2]',
  '3b1b2a7c9d0e1f23=Bo Hartmann;bo@example.com;',
  '00d1e2f3a4b5c6d7=Zoë Ångström;;',
  '[heron.JPG]',
  'star=yes',
  'caption=Heron at the weir, früh am Morgen',
  'keywords=birds, river',
  'faces=rect64(3f845bcb59418507),3B1B2A7C9D0E1F23;rect64(5f),d1e2f3a4b5c6d7;rect64(6f),ffffffffffffffff',
  'albums=1f2e3d',
  '[.album:1f2e3d]',
  'name=Best of May',
  'token=1f2e3d',
  '[other.jpg]',
  'rotate=rotate(1)',
  ''
].join('\r\n')

test.each(['.picasa.ini', 'Picasa.ini'])(
  '%s names faces, captions, keywords, stars and albums of its folder',
  async name => {
    const of = await read({
      [`2012/${name}`]: picasaIni,
      '2012/heron.jpg': jpeg,
      '2012/other.jpg': jpeg,
      '2012/below/heron.jpg': jpeg
    })
    const { reading, tags } = of('2012/heron.jpg')
    expect(reading).toMatchObject({
      metadata: { description: 'Heron at the weir, früh am Morgen\n\nWeeks at the weir' }
    })
    expect(tags).toEqual(['Bo Hartmann', 'Zoë Ångström', 'birds', 'river', 'favourite', 'Best of May'])
    expect([of('2012/other.jpg').words, of('2012/below/heron.jpg').words]).toEqual(['\nweeks at the weir', '\n'])
  }
)

test('Picasa’s file in the letters of Windows is read as well', () => {
  const file = parsePicasa(Buffer.from('[a.jpg]\ncaption=Z\u00fcrich\n', 'latin1'))
  expect(picasaWords(file, 'A.JPG').caption).toBe('Zürich')
})

test('no content makes the readers of these files throw, or take long', async () => {
  const json = fc.json({ maxDepth: 4 }).map(text => Buffer.from(text))
  const known = fc
    .record(
      Object.fromEntries(
        [
          'title',
          'description',
          'photoTakenTime',
          'people',
          'messages',
          'albumData',
          'labels',
          'attachments',
          'textContent',
          'createdTimestampUsec',
          'listContent'
        ].map(key => [key, fc.jsonValue({ maxDepth: 3 })])
      ),
      { requiredKeys: [] }
    )
    .map(value => Buffer.from(JSON.stringify(value)))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), json, known), bytes => {
      parseGoogle(bytes)
      parseKeep(bytes)
      picasaWords(parsePicasa(bytes), 'a.jpg')
    })
  )
  const lines = fc.array(
    fc.constantFrom(
      '[a.jpg]',
      '[Contacts2]',
      'faces=rect64(1),2;',
      '2=Bo;',
      'caption==',
      '[[',
      '=',
      'albums=x,,x',
      '[.album:x]',
      'name='
    )
  )
  fc.assert(fc.property(lines, all => void picasaWords(parsePicasa(Buffer.from(all.join('\n'))), 'a.jpg')))
  const spent = await cpuMs(() => {
    parsePicasa(Buffer.from('['.repeat(1_000_000) + '\n' + '=\n'.repeat(1_000_000)))
    parseGoogle(
      Buffer.from(JSON.stringify({ title: 'photos '.repeat(50_000), access: '', description: '&#'.repeat(300_000) }))
    )
    parseKeep(Buffer.from('{"textContent":' + '['.repeat(100_000)))
  })
  expect(spent).toBeLessThan(20_000)
})

test('words that people wrote in Picasa come out as they were written', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter(text => !/[\r\n\p{C}]/u.test(text) && text.trim() === text)
  fc.assert(
    fc.property(
      word,
      word.filter(text => !/[;,]/.test(text)),
      (caption, name) => {
        const file = parsePicasa(
          Buffer.from(`[Contacts2]\n1a=${name};;\n[x.jpg]\ncaption=${caption}\nfaces=rect64(1),1a\n`)
        )
        expect(picasaWords(file, 'x.jpg')).toMatchObject({ caption, people: [name] })
      }
    )
  )
})

const keepPage = (title: string, rest: string): string =>
  `<?xml version="1.0" ?>\n<html><head><title>${title}</title></head>\n<body><div class="note"><div class="heading"><div class="meta-icons">\n\n</div>\nNov 10, 2023, 7:06:40\u202fAM</div>\n${rest}</div></body></html>`

test('a Keep note has the title, labels, pictures and the day that its JSON says', async () => {
  const folder = folderWith({
    'Keep/Shed.html': keepPage('Shed', '<div class="title">Shed</div>\n<div class="content">Measure the doors</div>'),
    'Keep/Shed.json': JSON.stringify({
      attachments: [{ filePath: '16.9.jpeg', mimetype: 'image/jpeg' }],
      title: 'Shed',
      textContent: 'Measure the doors',
      createdTimestampUsec: 1699500000000000,
      labels: [{ name: 'workshop' }]
    }),
    'Keep/16.9.jpg': jpeg,
    'Keep/2023-11-12.html': keepPage('Nov 12, 2023', '<div class="content">Milk<br>Ask Ruben about the heron</div>'),
    'Keep/2023-11-12.json': JSON.stringify({
      title: '',
      listContent: [{ text: 'Milk', isChecked: false }, { text: 'Ask Ruben' }],
      userEditedTimestampUsec: '1699776487123000'
    })
  })
  write(folder, 'Keep/alone.html', keepPage('Nov 10, 2023', '<div class="content">No JSON beside it</div>'))
  const all = await readFolder(folder)
  expect([...all.keys()].sort()).toEqual(['Keep/16.9.jpg', 'Keep/2023-11-12.html', 'Keep/Shed.html', 'Keep/alone.html'])
  expect(all.get('Keep/Shed.html')).toMatchObject({
    words: 'shed\nshed\nmeasure the doors\nworkshop',
    tags: ['workshop'],
    reading: { title: 'Shed', links: [{ kind: 'embed', target: '16.9.jpg' }] }
  })
  expect(all.get('Keep/Shed.html')?.date.slice(0, 10)).toMatch(/2023-11-0[89]/)
  expect(all.get('Keep/2023-11-12.html')?.reading).toMatchObject({ title: 'Milk' })
  expect(all.get('Keep/alone.html')).toMatchObject({
    reading: { title: 'No JSON beside it' },
    date: '2023-11-10T07:06:40'
  })
})

describeWithData('exports of Google as people have them', ['people'], people => {
  test('parts and edited copies have the date, place, people and description of their JSON', async () => {
    const parts = await readFolder(join(people, 'takeout-parts'))
    for (const [path, words] of [
      ['130917ad-photo', 'houseboat with the red geraniums'],
      ['control', 'control with its json']
    ] as const) {
      const [, one] = [...parts].find(([found]) => found.includes(path)) ?? []
      expect(one).toMatchObject({
        dateSource: 'takeout',
        words: expect.stringContaining(words) as string,
        reading: { metadata: { latitude: 52.37 } }
      })
    }
    const edited = await readFolder(join(people, 'takeout-edited'))
    expect(edited.size).toBe(10)
    for (const [path, one] of edited)
      expect([path, one.dateSource, one.date.slice(0, 10)]).toEqual([path, 'takeout', '2019-06-30'])
    for (const [name, words] of [
      ['harbour-编辑', 'dawn\nnuria vidal'],
      ['vineyard-editat', 'grape'],
      ['choir-EFFECTS', 'choir'],
      ['app-edit', 'bicycle'],
      ['control-edited', "an escaped 'quote' & ampersand"]
    ] as const)
      expect([...edited].find(([path]) => path.includes(name))?.[1].words).toContain(words)
  })

  test('Keep notes', async () => {
    const all = await readFolder(join(people, 'keep-takeout'))
    const titles = [...all.values()].flatMap(({ reading }) => (reading.kind === 'note' ? [reading.title] : []))
    expect(titles.sort()).toEqual(['Ask Ruben about the heron nest by the weir', 'Garden shed plan'])
    expect(all.get('Takeout/Keep/Garden shed plan.html')).toMatchObject({
      tags: ['workshop'],
      date: expect.stringMatching(/^2023-11-0[89]/) as string,
      reading: { links: [{ target: '1699600000000.123456789.jpg' }] }
    })
  })
})

describeWithData('a photo and its JSON in different parts, as reported', ['reports', 'R04-takeout-parts'], folder => {
  test('the JSON’s date is the photo’s', async () => {
    const [[, one] = []] = [...(await readFolder(folder))].filter(([path]) => path.endsWith('.JPG'))
    expect([one?.dateSource, one?.date.slice(0, 10)]).toEqual(['takeout', '2015-06-20'])
  })
})
