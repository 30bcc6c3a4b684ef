import './hosts/common/needed-node.ts'

await import('./hosts/cli/run.ts')
