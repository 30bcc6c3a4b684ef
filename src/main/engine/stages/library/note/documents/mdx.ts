/** Lines of modules that MDX has between its prose, as spaces, so that everything else stays where it is. @see https://mdxjs.com/docs/what-is-mdx/ */
export function withoutModules(mdx: string): string {
  return mdx.replace(
    /^(?:import\s[^\n]*?['"][^'"\n]+['"];?|export\s+(?:const|let|var|default|function|class|\*|\{)[^\n]*)[ \t]*$/gm,
    line => ' '.repeat(line.length)
  )
}
