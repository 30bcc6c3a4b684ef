import './hosts/common/needed-node.ts'

await import('./hosts/desktop/start.ts')
