import { describe, expect, test } from 'vitest'
import { saidBy } from './read-any.ts'

const marked: readonly (readonly [name: string, text: string])[] = [
  [
    'a.org',
    `#+TITLE: Winter\n#+DATE: <2021-03-04 Thu 10:20>\n#+FILETAGS: :apples:\n* TODO [#A] Pruning :tools:\n:PROPERTIES:\n:ID: secret\n:END:
We cut the *old*\ntrees, see [[file:shed.md][the shed]].[fn:1]\n# secret\n#+CAPTION: At dusk\n[[./trees.jpg]]\n#+begin_src sh\nsecret\n#+end_src
- [X] the /saw/\n| Boskoop | 40 |\n|---+---|\n`
  ],
  [
    'a.rst',
    `======\nWinter\n======\n\n:Date: 2021-03-04 10:20\n:Tags: apples, tools\n\nPruning\n-------\n\nWe cut the **old**\ntrees, see \`the shed <shed.md>\`_. [1]_\n
.. secret\n\n.. image:: trees.jpg\n   :alt: At dusk\n   :width: 200\n\n.. code-block:: sh\n\n   secret\n\n- the *saw*\n\n=======  ==\nBoskoop  40\n=======  ==\n`
  ],
  [
    'a.adoc',
    `= Winter\nAda Moss <a@example.org>\nv1, 2021-03-04\n:tags: apples, tools\n:imagesdir: .\n\n== Pruning\n\nWe cut the *old*\ntrees, see link:shed.md[the shed].\n
// secret\nimage::trees.jpg[At dusk,200]\n\n[source,sh]\n----\nsecret\n----\n\n* the _saw_\n\n|===\n|Boskoop |40\n|===\n`
  ],
  [
    'a.tex',
    `\\documentclass{article}\\usepackage{secret}\\title{Winter}\\date{2021-03-04}\\begin{document}\\maketitle\n\\section{Pruning}\\label{secret}
We cut the \\textbf{old}\ntrees, see \\href{shed.md}{the shed}. % secret\n\n\\begin{figure}[h]\\includegraphics[width=2cm]{trees.jpg}\\caption{At dusk}\\end{figure}
$secret$ \\begin{verbatim}secret\\end{verbatim}\n\\begin{itemize}\\item the \\emph{saw}\\end{itemize}\n\\begin{tabular}{ll}Boskoop & 40\\end{tabular}\n\\end{document}`
  ]
]

describe('a text with light marks', () => {
  test.each(marked)('%s says what its writer meant, and shows what it names', async (name, text) => {
    const read = await saidBy(name, text)
    expect(read).toMatchObject({ title: 'Winter', date: expect.stringMatching(/^2021-03-04/) as string })
    for (const words of ['Pruning', 'We cut the old trees, see the shed.', 'At dusk', 'the saw', 'Boskoop 40'])
      expect(read.text.replace(/ +/g, ' ')).toContain(words)
    expect(read.text).not.toContain('secret')
    expect(read.links.map(([kind, target, said]) => [kind, target.replace(/^\.\//, ''), said])).toEqual(
      expect.arrayContaining([
        ['link', 'shed.md', 'the shed'],
        ['embed', 'trees.jpg', 'At dusk']
      ])
    )
    if (name !== 'a.tex') expect(read.tags.toSorted()).toEqual(['apples', 'tools'])
  })

  test('letters of TeX are the letters that they make', async () => {
    const tex = `\\"{o}\\"a \\'{e} \\c{c} \\v{s} \\ss{} \\o re --- \\\`a, 5\\%`
    expect((await saidBy('b.tex', `Names: ${tex}`)).text).toBe('Names: öä é ç š ß ø re — à, 5%')
  })
})
