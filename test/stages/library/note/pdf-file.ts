import { createHash } from 'node:crypto'

export interface PdfPlan {
  /** Lines of each page, in Latin-1; an empty line leaves a gap. No lines: a page with a picture of nothing. */
  readonly pages: readonly (readonly string[])[]
  readonly info?: Readonly<Record<string, string>>
  /** Encrypts with the standard handler, RC4 with 40 bits (ISO 32000-1, 7.6.3). '' opens without asking. */
  readonly password?: string
}

/** A PDF 1.4 file as small as one can be: a catalogue, pages with one text object each, Helvetica, and properties. */
export function pdfFile({ pages, info = {}, password }: PdfPlan): Uint8Array {
  const first = 4 // 1 catalogue, 2 page tree, 3 font
  const infoNumber = first + pages.length * 2
  const id = Buffer.from('0123456789abcdef')
  const lock = password === undefined ? null : encryption(password, id)
  const objects: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(
      `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `${first + i * 2} 0 R`).join(' ')}] >>`
    ),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>')
  ]
  pages.forEach((lines, i) => {
    const number = first + i * 2
    const content = Buffer.from(drawing(lines), 'latin1')
    const stream = lock === null ? content : lock.encrypt(content, number + 1)
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents ${number + 1} 0 R >>`
      ),
      Buffer.concat([Buffer.from(`<< /Length ${stream.length} >>\nstream\n`), stream, Buffer.from('\nendstream')])
    )
  })
  const string = (text: string): string => {
    const bytes = Buffer.from(text, 'latin1')
    return `<${(lock === null ? bytes : lock.encrypt(bytes, infoNumber)).toString('hex')}>`
  }
  objects.push(
    Buffer.from(
      `<< ${Object.entries(info)
        .map(([key, text]) => `/${key} ${string(text)}`)
        .join(' ')} >>`
    )
  )
  if (lock !== null) objects.push(Buffer.from(lock.dictionary))

  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets: number[] = []
  let length = parts[0]!.length
  objects.forEach((body, i) => {
    offsets.push(length)
    const object = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')])
    parts.push(object)
    length += object.length
  })
  const rows = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const encrypt = lock === null ? '' : `/Encrypt ${objects.length} 0 R`
  const trailer = `<< /Size ${objects.length + 1} /Root 1 0 R /Info ${infoNumber} 0 R /ID [<${id.toString('hex')}> <${id.toString('hex')}>] ${encrypt} >>`
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n${trailer}\nstartxref\n${length}\n%%EOF\n`
    )
  )
  return new Uint8Array(Buffer.concat(parts))
}

function drawing(lines: readonly string[]): string {
  if (lines.length === 0) return '0.5 g 100 100 300 300 re f'
  const shown = lines.map(line => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`)
  return `BT /F 12 Tf 14 TL 72 770 Td\n${shown.join('\n')}\nET`
}

const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')

function encryption(
  password: string,
  id: Buffer
): { dictionary: string; encrypt: (data: Buffer, objectNumber: number) => Buffer } {
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32)
  const owner = rc4(md5(padded).subarray(0, 5), padded)
  const permissions = Buffer.from([0xfc, 0xff, 0xff, 0xff])
  const key = md5(Buffer.concat([padded, owner, permissions, id])).subarray(0, 5)
  const user = rc4(key, padding)
  return {
    dictionary: `<< /Filter /Standard /V 1 /R 2 /O <${owner.toString('hex')}> /U <${user.toString('hex')}> /P -4 >>`,
    encrypt: (data, objectNumber) => {
      const salt = Buffer.from([objectNumber & 255, (objectNumber >> 8) & 255, (objectNumber >> 16) & 255, 0, 0])
      return rc4(md5(Buffer.concat([key, salt])).subarray(0, 10), data)
    }
  }
}

function md5(data: Buffer): Buffer {
  return createHash('md5').update(data).digest()
}

function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i)
  const swap = (i: number, j: number): void => {
    const kept = state[i]!
    state[i] = state[j]!
    state[j] = kept
  }
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 255
    swap(i, j)
  }
  let i = 0
  let j = 0
  return Buffer.from(
    data.map(byte => {
      i = (i + 1) & 255
      j = (j + state[i]!) & 255
      swap(i, j)
      return byte ^ state[(state[i]! + state[j]!) & 255]!
    })
  )
}
