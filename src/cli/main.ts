#!/usr/bin/env node
/** The program `sallyport`. It looks at the version before it loads what an old Node could not even read. */
import { oldNodeSentence } from './node-version.ts'

const sentence = oldNodeSentence(process.versions.node)
if (sentence === undefined) {
  const { main } = await import('./commands.ts')
  await main(process.argv.slice(2))
} else {
  process.stderr.write(`sallyport: ${sentence}\n`)
  process.exit(2)
}
