import { relative, resolve } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = resolve(import.meta.dirname, '../..')

/**
 * The files that take longest, longest first: one that begins last would run alone, with the other cores idle. A file that is not
 * named here only begins later.
 */
const slow = [
  ...['stages/train/ssal', 'e2e/search', 'hosts/cli/command-line', 'e2e/indexing', 'e2e/admission', 'engine/training'],
  ...['e2e/results', 'e2e/preview', 'engine/model-switch', 'stages/train/base-fit', 'engine/real-data'],
  ...['e2e/german', 'engine/kill', 'engine/model-kill', 'engine/trust', 'hosts/common/private-files', 'e2e/first-run'],
  ...['e2e/right-to-left', 'e2e/saying', 'e2e/leaving-out', 'e2e/stacks', 'e2e/reflow', 'engine/rebuild', 'e2e/accent'],
  ...['hosts/common/ending', 'stages/encode/encoder', 'stages/train/webgpu', 'e2e/retrain', 'traffic/nothing-leaves'],
  ...['e2e/models', 'e2e/hostile-neighbours', 'engine/questions', 'engine/model-holdings', 'contract/real-engine']
].map(name => `test/${name}.test.ts`)

/** Nothing else depends on the order: any file may run at any time, beside any other. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = slow.indexOf(relative(root, moduleId).replaceAll('\\', '/'))
      return found === -1 ? slow.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
