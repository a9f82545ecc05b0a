/** Ours on Node, with the trees of dependencies. */
import { serve } from 'sallyport/node'
import { PORT } from './contract.ts'
import { treeApp } from './sallyport-tree.ts'

await serve(treeApp(), { port: PORT })
