/**
 * Run-time dependencies of plain JavaScript, which the build copies into the programs: Node otherwise resolves and loads 700
 * small files for each process that starts, two thirds of what the start costs. All others stay in node_modules.
 */
export const bundledPackages = [
  ...[
    '@huggingface/tokenizers',
    'chardet',
    'commander',
    'fflate',
    'htmlparser2',
    'mammoth',
    'ml-matrix',
    'parse5',
    'postal-mime'
  ],
  ...['remark-gfm', 'remark-parse', 'smol-toml', 'thumbhash', 'unified', 'yaml', 'zod']
]
