import { expect, test } from 'vitest'
import { decodeText } from '../../../../src/main/engine/stages/library/note/encoding.ts'

const words = 'Zoë saw a hedgehog. '

function swapped(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

test.each([
  ['UTF-8', Buffer.from(words)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${words}`)],
  ['UTF-16 LE with a mark', Buffer.from(`\ufeff${words}`, 'utf16le')],
  ['UTF-16 BE with a mark', swapped(`\ufeff${words}`)],
  ['UTF-16 LE without one', Buffer.from(words, 'utf16le')],
  ['UTF-16 BE without one', swapped(words)],
  ['Latin-1', Buffer.from(words, 'latin1')]
])('%s is decoded', (_, bytes) => {
  expect(decodeText(bytes)).toBe(words)
})

test('quotation marks of windows-1252 are those, not controls of Latin-1', () => {
  expect(decodeText(Buffer.from([0x93, 0x61, 0x94, 0x20, 0x80]))).toBe('“a” €')
})

test('a stray NUL is forgiven', () => {
  expect(decodeText(Buffer.from('a note with\0one'))).toBe('a note with\0one')
})

test.each([
  ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])],
  ['a PDF', Buffer.from('%PDF-1.7 whatever')],
  ['noise', Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 255))],
  ['only NULs', Buffer.alloc(1000)]
])('%s is no text', (_, bytes) => {
  expect(() => decodeText(bytes)).toThrow(expect.objectContaining({ code: 'wrong-content' }))
})

/** Two lines of letters, as bytes of each encoding. They were made with iconv. */
const written: readonly (readonly [encoding: string, text: string, hex: string])[] = [
  [
    'cp1251',
    'Старая мельница стоит у реки. Мы гуляли там летом с детьми и собакой.',
    'd1f2e0f0e0ff20ece5ebfcede8f6e020f1f2eee8f220f320f0e5eae82e20ccfb20e3f3ebffebe820f2e0ec20ebe5f2eeec20f120e4e5f2fcece820e820f1eee1e0eaeee92e'
  ],
  [
    'koi8-r',
    'Старая мельница стоит у реки. Мы гуляли там летом с детьми и собакой.',
    'f3d4c1d2c1d120cdc5ccd8cec9c3c120d3d4cfc9d420d520d2c5cbc92e20edd920c7d5ccd1ccc920d4c1cd20ccc5d4cfcd20d320c4c5d4d8cdc920c920d3cfc2c1cbcfca2e'
  ],
  [
    'iso-8859-5',
    'Старая мельница стоит у реки. Мы гуляли там летом с детьми и собакой.',
    'c1e2d0e0d0ef20dcd5dbecddd8e6d020e1e2ded8e220e320e0d5dad82e20bceb20d3e3dbefdbd820e2d0dc20dbd5e2dedc20e120d4d5e2ecdcd820d820e1ded1d0daded92e'
  ],
  [
    'shift_jis',
    '古い水車小屋は川のそばにある。夏に子供たちと犬と歩いた。',
    '8cc382a290858ed48fac89ae82cd90ec82cc82bb82ce82c982a082e9814289c482c98e718b9f82bd82bf82c68ca282c695e082a282bd8142'
  ],
  [
    'euc-jp',
    '古い水車小屋は川のそばにある。夏に子供たちと犬と歩いた。',
    'b8c5a4a4bfe5bcd6beaeb2b0a4cfc0eea4cea4bda4d0a4cba4a2a4eba1a3b2c6a4cbbbd2b6a1a4bfa4c1a4c8b8a4a4c8cae2a4a4a4bfa1a3'
  ],
  [
    'iso-2022-jp',
    '古い水車小屋は川のそばにある。夏に子供たちと犬と歩いた。',
    '1b2442384524243f653c563e2e3230244f406e244e243d2450244b2422246b21233246244b3b523621243f24412448382424484a622424243f21231b2842'
  ],
  [
    'gbk',
    '老磨坊坐落在河边。夏天我们带着孩子和狗在那里散步。',
    'c0cfc4a5b7bbd7f8c2e4d4dabad3b1dfa1a3cfc4ccecced2c3c7b4f8d7c5baa2d7d3bacdb9b7d4dac4c7c0efc9a2b2bda1a3'
  ],
  [
    'big5',
    '老磨坊坐落在河邊。夏天我們帶著孩子和狗在那裡散步。',
    'a6d1bf69a77ba7a4b8a8a662aa65c3e4a143ae4ca4d1a7daadccb161b5dbabc4a46ca94daaafa662a8bab8ccb4b2a842a143'
  ],
  [
    'euc-kr',
    '오래된 물레방아가 강가에 있다. 여름에 아이들과 함께 걸었다.',
    'bfc0b7a1b5c820b9b0b7b9b9e6bec6b0a120b0adb0a1bfa120c0d6b4d92e20bfa9b8a7bfa120bec6c0ccb5e9b0fa20c7d4b2b220b0c9befab4d92e'
  ],
  [
    'cp1250',
    'Stary młyn stoi nad rzeką. Latem chodziliśmy tam z dziećmi i psem, potem zaczęło padać.',
    '5374617279206db3796e2073746f69206e616420727a656bb92e204c6174656d2063686f647a696c699c6d792074616d207a20647a6965e66d692069207073656d2c20706f74656d207a61637aeab36f2070616461e62e'
  ],
  [
    'iso-8859-2',
    'Stary młyn stoi nad rzeką. Latem chodziliśmy tam z dziećmi i psem, potem zaczęło padać.',
    '5374617279206db3796e2073746f69206e616420727a656bb12e204c6174656d2063686f647a696c69b66d792074616d207a20647a6965e66d692069207073656d2c20706f74656d207a61637aeab36f2070616461e62e'
  ],
  [
    'cp1253',
    'Ο παλιός μύλος στέκεται δίπλα στο ποτάμι. Το καλοκαίρι περπατήσαμε εκεί.',
    'cf20f0e1ebe9fcf220ecfdebeff220f3f4ddeae5f4e1e920e4dff0ebe120f3f4ef20f0eff4dcece92e20d4ef20eae1ebefeae1dff1e920f0e5f1f0e1f4def3e1ece520e5eae5df2e'
  ],
  [
    'cp1255',
    'הטחנה הישנה עומדת ליד הנהר. בקיץ הלכנו לשם עם הילדים והכלב.',
    'e4e8e7f0e420e4e9f9f0e420f2e5eee3fa20ece9e320e4f0e4f82e20e1f7e9f520e4ecebf0e520ecf9ed20f2ed20e4e9ece3e9ed20e5e4ebece12e'
  ],
  [
    'cp1256',
    'الطاحونة القديمة تقف بجانب النهر. في الصيف مشينا هناك مع الأطفال والكلب.',
    'c7e1d8c7cde6e4c920c7e1decfede3c920cadedd20c8ccc7e4c820c7e1e4e5d12e20dded20c7e1d5eddd20e3d4ede4c720e5e4c7df20e3da20c7e1c3d8ddc7e120e6c7e1dfe1c82e'
  ],
  [
    'cp1254',
    'Eski değirmen nehrin yanında duruyor. Yazın çocuklarla ve köpekle orada yürüdük.',
    '45736b69206465f069726d656e206e656872696e2079616efd6e64612064757275796f722e2059617afd6e20e76f63756b6c61726c61207665206bf670656b6c65206f726164612079fc72fc64fc6b2e'
  ],
  [
    'cp1252',
    'Die alte Mühle steht am Fluß. Im Sommer gingen wir dort mit Äpfeln hin, später kam Regen.',
    '44696520616c7465204dfc686c6520737465687420616d20466c75df2e20496d20536f6d6d65722067696e67656e2077697220646f7274206d697420c47066656c6e2068696e2c207370e4746572206b616d20526567656e2e'
  ],
  [
    'macintosh',
    'Die alte Mühle steht am Fluß. Im Sommer gingen wir dort mit Äpfeln hin, später kam Regen.',
    '44696520616c7465204d9f686c6520737465687420616d20466c75a72e20496d20536f6d6d65722067696e67656e2077697220646f7274206d697420807066656c6e2068696e2c2073708a746572206b616d20526567656e2e'
  ]
]

test.each(written)('%s is told by its letters: %s', (_, text, hex) => {
  expect(decodeText(Buffer.from(hex, 'hex'))).toBe(text)
})

/** In an encoding that the detector does not know. */
const cyrillic = Buffer.from('8ceb20a3e3abefaba820e320e1e2a0e0aea920aca5abecada8e6eb', 'hex')

test.each([
  ['HTML 5', '<meta charset=cp866>'],
  ['HTML 4', '<meta http-equiv="Content-Type" content="text/html; charset=IBM866">'],
  ['XHTML', '<?xml version="1.0" encoding="cp866"?>']
])('what cannot be told is read as %s declares it, and refused where nothing does', (_, head) => {
  const page = Buffer.concat([Buffer.from(`${head}<p>`), cyrillic])
  expect(decodeText(page, 'in its head')).toBe(`${head}<p>Мы гуляли у старой мельницы`)
  expect(() => decodeText(cyrillic)).toThrow(expect.objectContaining({ code: 'unsupported-format' }))
})

test('what is UTF-8 is that, whatever it declares; an encoding that is not known declares nothing', () => {
  const page = '<meta charset="windows-1251"><p>Старый'
  expect(decodeText(Buffer.from(page), 'in its head')).toBe(page)
  const strange = Buffer.from('<meta charset="klingon"><p>Gr\u00fc\u00dfe aus K\u00f6ln', 'latin1')
  expect(decodeText(strange, 'in its head')).toContain('Grüße aus Köln')
})
