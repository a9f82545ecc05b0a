import type { App } from '../app.ts'

/**
 * What schemes say of where tokens are got, and no operation serves: on the docs page the login would fail.
 *
 * A URL of another host is nobody's business here, nor one under what is mounted.
 */
export function unservedTokenUrls({ operations, mounts }: App): string[] {
  const posts = operations.filter(({ route }) => route.method === 'POST').map(({ route }) => route.path)
  const sentences = new Map<string, string>()
  for (const { plan } of operations) {
    for (const { schemeName, model } of plan.schemes) {
      const flows = model.type === 'oauth2' ? (Object.values(model.flows) as { tokenUrl?: string }[]) : []
      for (const { tokenUrl } of flows) {
        if (tokenUrl === undefined || URL.canParse(tokenUrl) || tokenUrl.startsWith('//')) continue
        const path = new URL(tokenUrl, 'http://localhost/').pathname
        // A prefix that a proxy takes off may stand in the one and not in the other.
        const served = posts.some((each) => each === path || path.endsWith(each) || each.endsWith(path))
        if (served || mounts.some(({ prefix }) => path.startsWith(`${prefix}/`))) continue
        const next = `app.post('${path}', { params: { form: OAuth2PasswordRequestForm } }, …)`
        sentences.set(
          `${schemeName} ${path}`,
          `${schemeName} says that tokens are got at ${path} (its tokenUrl), which no operation serves: the docs page cannot log in. Declare ${next}, or change tokenUrl.`,
        )
      }
    }
  }
  return [...sentences.values()]
}
