import { describe, expect, test } from 'vitest'
import { readContent, saidBy } from './read-any.ts'

describe('a message', () => {
  test('has its subject, date, people, text and the names of what is attached', async () => {
    const mail = `From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\r\nTo: Ada <a@example.org>\r\nSubject: =?utf-8?b?U2VnZWw=?=\r
Date: Tue, 02 Jan 2024 15:04:05 +0000\r\nContent-Type: multipart/mixed; boundary=b\r\n\r
--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSch=F6ne Segel.\r
--b\r\nContent-Type: image/jpeg; name=boat.jpg\r\nContent-Disposition: attachment; filename=boat.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/\r\n--b--\r\n`
    expect(await saidBy('a.eml', mail)).toMatchObject({
      ...{ title: 'Segel', date: '2024-01-02 15:04' },
      text: 'Jürgen <j@example.org> → Ada <a@example.org>\nSchöne Segel.\nboat.jpg'
    })
  })

  test('that is a saved page has what the page says, and no sender', async () => {
    const saved = `From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/\r\nSubject: Orchard\r\nMIME-Version: 1.0\r
Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r
Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><h1>Apples</h1><p>Old =C3=A4pple kinds</p><script>x()</script></body></html>\r\n--x--\r\n`
    expect(await saidBy('a.mhtml', saved)).toMatchObject({ title: 'Orchard', text: 'Apples\nOld äpple kinds' })
  })

  test('of which the name alone speaks is none', async () => {
    expect(await readContent('a.eml', 'Nothing of the kind')).toMatchObject({ code: 'wrong-content' })
  })
})
