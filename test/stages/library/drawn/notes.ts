import { docxOf, pdfOf } from './documents.ts'
import type { DrawnPhoto } from './photos.ts'

/** A note of the drawn library and what it is about. */
export interface DrawnNote {
  /** Relative to the library's folder, `/` between parts. */
  readonly path: string
  readonly title: string
  readonly format: 'markdown' | 'text' | 'html' | 'pdf' | 'docx'
  /** A sentence that stands in it and in no other note. */
  readonly sentence: string
  /** Paths of the photos that it shows, in order. */
  readonly shows: readonly string[]
  readonly content: Buffer
}

/** At least 24 notes: some of every kind, then as many vault notes as were asked for. Photos are taken from the front of the list. */
export function planNotes(count: number, photos: readonly DrawnPhoto[]): DrawnNote[] {
  const vault = Array.from({ length: Math.max(9, count - 15) }, (_, i) => vaultNote(i, photos[i % photos.length]!))
  const diary = Array.from({ length: 4 }, (_, i) => diaryNote(i, photos[9 + i * 2]!, photos[10 + i * 2]!))
  return [
    ...vault,
    indexNote(vault),
    ...diary,
    ...pages(photos[17]!, photos[18]!),
    ...plainNotes(),
    longNote(),
    ...officeNotes()
  ]
}

/** Obsidian's own: front matter, an embed by bare name, the caption as the paragraph around it. */
function vaultNote(i: number, photo: DrawnPhoto): DrawnNote {
  const title = `${place(photo)} ${i + 1}`
  const sentence = `What I remember best: ${lower(photo.caption)}.`
  const name = photo.path.slice(photo.path.lastIndexOf('/') + 1)
  const embed = i % 3 === 2 ? `![[${name}|320]]` : `![[${name}]]`
  return markdown(
    `Vault/${title}.md`,
    title,
    sentence,
    [photo.path],
    [
      `---\ntitle: ${title}\ndate: 2021-0${1 + (i % 9)}-1${i % 10}\ntags: [outing, ${photo.picture.scene}]\n---`,
      `# ${title}`,
      sentence,
      embed,
      `See also [[Everything we saw]]. #${photo.picture.object}`
    ]
  )
}

function indexNote(vault: readonly DrawnNote[]): DrawnNote {
  const sentence = 'The list of all lists, kept by hand.'
  const lines = vault.map(note => `- [[${note.title}]]`)
  return markdown(
    'Vault/Everything we saw.md',
    'Everything we saw',
    sentence,
    [],
    ['# Everything we saw', sentence, lines.join('\n')]
  )
}

/** Ordinary Markdown: relative paths with percent signs, the caption as alternative text. */
function diaryNote(i: number, first: DrawnPhoto, second: DrawnPhoto): DrawnNote {
  const title = `${4 + i} July 2021`
  const sentence = `Day ${i + 1} of the ${['blue', 'long', 'windy', 'lazy'][i] ?? ''} week by the water.`
  const link = (photo: DrawnPhoto): string =>
    `![${photo.caption}](../${photo.path.split('/').map(encodeURIComponent).join('/')})`
  return markdown(
    `Diary/2021-07-0${4 + i}.md`,
    title,
    sentence,
    [first.path, second.path],
    [
      `# ${title}`,
      sentence,
      link(first),
      'Slept badly, woke up early, walked a long way and ate plum cake.',
      link(second)
    ]
  )
}

function pages(first: DrawnPhoto, second: DrawnPhoto): DrawnNote[] {
  return [first, second].map((photo, i) => {
    const title = `Page ${i + 1} from the old website`
    const sentence = `Written for the ${i === 0 ? 'spring' : 'autumn'} letter & sent to everybody.`
    const source = `../${photo.path.split('/').map(encodeURIComponent).join('/')}`
    const html = `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title><script>document.title = 'never run'</script></head>
<body><h1>${title}</h1><p>${sentence.replace('&', '&amp;')}</p><figure><img src="${source}" alt="${photo.caption}"><figcaption>${photo.caption}</figcaption></figure></body></html>`
    return {
      path: `Web/page-${i + 1}.html`,
      title,
      format: 'html',
      sentence,
      shows: [photo.path],
      content: Buffer.from(html)
    }
  })
}

function plainNotes(): DrawnNote[] {
  const soup = 'Pumpkin soup wants nutmeg, patience and a blender.'
  const keys = 'The spare keys hang behind the cellar door.'
  const wide = 'Grandmother’s letter was written in two bytes a sign – “quite modern”.'
  const narrow = 'Das Café an der Brücke schließt um zehn, sagte Jörg.'
  const far = '今日は庭でハリネズミを見つけた。'
  return [
    text('Notes/Pumpkin soup.txt', soup, Buffer.from(`Pumpkin soup\n\n${soup}\n`)),
    text('Notes/keys.txt', keys, Buffer.from(`keys\r\n\r\n${keys}\r\n`)),
    text('Notes/letter.txt', wide, Buffer.from(`\ufeffA letter\n\n${wide}\n`, 'utf16le')),
    text('Notes/Brücke.txt', narrow, Buffer.from(`Brücke\n\n${narrow}\n`, 'latin1')),
    markdown('Notes/日記 🦔.md', '日記', far, [], ['# 日記', far])
  ]
}

/** Longer than any text encoder reads at once. */
function longNote(): DrawnNote {
  const sentence = 'And at the very end of the long report stands the word marzipan.'
  const sections = Array.from({ length: 12 }, (_, i) => [
    `## Week ${i + 1}`,
    Array.from(
      { length: 8 },
      (_, j) => `In week ${i + 1} the garden grew ${i + j + 1} centimetres and the gate was painted again.`
    ).join(' ')
  ])
  return markdown(
    'Notes/The long report.md',
    'The long report',
    sentence,
    [],
    ['# The long report', ...sections.flat(), sentence]
  )
}

function officeNotes(): DrawnNote[] {
  const warranty = 'The warranty of the washing machine ends in March 2027.'
  const minutes = 'The choir agreed to sing the lantern songs in November.'
  return [
    {
      path: 'Papers/Warranty.pdf',
      title: 'Warranty',
      format: 'pdf',
      sentence: warranty,
      shows: [],
      content: pdfOf(['Warranty', warranty])
    },
    {
      path: 'Papers/Minutes.docx',
      title: 'Minutes',
      format: 'docx',
      sentence: minutes,
      shows: [],
      content: docxOf('Minutes', [minutes, 'Nobody objected.'])
    }
  ]
}

function markdown(
  path: string,
  title: string,
  sentence: string,
  shows: readonly string[],
  blocks: readonly string[]
): DrawnNote {
  return { path, title, format: 'markdown', sentence, shows, content: Buffer.from(`${blocks.join('\n\n')}\n`) }
}

function text(path: string, sentence: string, content: Buffer): DrawnNote {
  const title = path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'))
  return { path, title, format: 'text', sentence, shows: [], content }
}

const place = (photo: DrawnPhoto): string =>
  ({
    beach: 'The beach',
    snow: 'Snow day',
    meadow: 'Meadow walk',
    city: 'In town',
    forest: 'Forest walk',
    room: 'At home'
  })[photo.picture.scene]

const lower = (caption: string): string => caption.charAt(0).toLowerCase() + caption.slice(1)
