import { strToU8, zipSync } from 'fflate'

/** A ZIP archive; `mimetype` comes first and is not compressed, as OpenDocument and EPUB want it. */
export function archive(parts: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, text]) => [name, [strToU8(text), { level: name === 'mimetype' ? 0 : 6 }]])
    )
  )
}

export function openDocument(body: string, { kind = 'text', meta = '' } = {}): Uint8Array {
  const names = ['office', 'text', 'table', 'draw', 'meta']
    .map(name => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name === 'draw' ? 'drawing' : name}:1.0"`)
    .join(' ')
  return archive({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'content.xml': `<?xml version="1.0"?><office:document-content ${names} xmlns:svg="urn:svg" xmlns:dc="urn:dc"><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    'meta.xml': `<?xml version="1.0"?><office:document-meta ${names} xmlns:dc="urn:dc"><office:meta>${meta}</office:meta></office:document-meta>`
  })
}

const relationships = (list: readonly (readonly [id: string, type: string, target: string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`

const core = (said: string): string =>
  `<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t">${said}</cp:coreProperties>`

/** Slides are shown last first: their files' numbers are not their order. */
export function presentation(slides: readonly string[], notes: readonly string[], said = ''): Uint8Array {
  const slide = (shapes: string): string =>
    `<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`
  const parts: Record<string, string> = {
    '[Content_Types].xml': '<Types/>',
    'docProps/core.xml': core(said),
    'ppt/presentation.xml': `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>${slides
      .map((_, i) => `<p:sldId id="${256 + i}" r:id="r${slides.length - i}"/>`)
      .join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships(
      slides.map((_, i) => [`r${i + 1}`, 'slide', `slides/slide${i + 1}.xml`] as const)
    )
  }
  for (const [i, shapes] of slides.toReversed().entries()) parts[`ppt/slides/slide${i + 1}.xml`] = slide(shapes)
  for (const [i, note] of notes.toReversed().entries()) {
    parts[`ppt/slides/_rels/slide${i + 1}.xml.rels`] = relationships([
      ['n', 'notesSlide', `../notesSlides/notesSlide${i + 1}.xml`]
    ])
    parts[`ppt/notesSlides/notesSlide${i + 1}.xml`] = slide(shape('body', note) + shape('sldNum', String(i)))
  }
  return archive(parts)
}

export function shape(type: string, text: string): string {
  return `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:nvPr><p:ph type="${type}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`
}

export function workbook(
  sheets: Readonly<Record<string, string>>,
  strings: readonly string[],
  comment = ''
): Uint8Array {
  const names = Object.keys(sheets)
  return archive({
    '[Content_Types].xml': '<Types/>',
    'docProps/core.xml': core('<dc:title>Seeds</dc:title><cp:keywords>garden; sowing</cp:keywords>'),
    'xl/workbook.xml': `<workbook xmlns:r="r"><sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i}" r:id="s${i}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      names.map((_, i) => [`s${i}`, 'worksheet', `worksheets/s${i}.xml`] as const)
    ),
    'xl/sharedStrings.xml': `<sst>${strings.map(text => `<si>${text}</si>`).join('')}</sst>`,
    ...Object.fromEntries(
      names.map((name, i) => [
        `xl/worksheets/s${i}.xml`,
        `<worksheet><sheetData>${sheets[name] ?? ''}</sheetData></worksheet>`
      ])
    ),
    ...(comment === ''
      ? {}
      : {
          'xl/comments1.xml': `<comments><commentList><comment><text><r><t>${comment}</t></r></text></comment></commentList></comments>`
        })
  })
}

export function book(chapters: Readonly<Record<string, string>>, { said = '', encrypted = '' } = {}): Uint8Array {
  const names = Object.keys(chapters)
  return archive({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    ...(encrypted === ''
      ? {}
      : {
          'META-INF/encryption.xml': `<encryption><EncryptedData><CipherData><CipherReference URI="${encrypted}"/></CipherData></EncryptedData></encryption>`
        }),
    'OPS/book.opf': `<package xmlns:dc="d"><metadata>${said}</metadata><manifest>${names
      .map((name, i) => `<item id="c${i}" href="${encodeURI(name)}"/>`)
      .join('')}</manifest><spine>${names.map((_, i) => `<itemref idref="c${i}"/>`).join('')}</spine></package>`,
    ...Object.fromEntries(names.map(name => [`OPS/${name}`, chapters[name] ?? '']))
  })
}
