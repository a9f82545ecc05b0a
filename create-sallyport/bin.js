#!/usr/bin/env node
// Plain, and without an import at its top: an old Node must be able to read this file to say what is wrong with it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 12)) {
  const { main } = await import('./dist/main.js')
  process.exitCode = await main(process.argv.slice(2))
} else {
  console.error(
    `create-sallyport: this is Node ${process.versions.node}, and Sallyport needs 22.12 or later. Install the newest from https://nodejs.org, then try again.`,
  )
  process.exitCode = 1
}
