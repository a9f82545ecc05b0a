/** The oldest Node that runs this package: `engines` of package.json says the same to npm. */
export const OLDEST_NODE = '22.12.0'

/** What to tell the user of an older Node; undefined where it is new enough. Written so that any Node can run it. */
export function oldNodeSentence(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number)
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined
  return `This is Node ${version}, and sallyport needs ${OLDEST_NODE} or newer. Install the current one from https://nodejs.org/ and try again.`
}
