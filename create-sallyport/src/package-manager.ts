/** What installs packages. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

export const PACKAGE_MANAGERS: readonly PackageManager[] = ['npm', 'pnpm', 'yarn', 'bun']

export function isPackageManager(name: string): name is PackageManager {
  return (PACKAGE_MANAGERS as readonly string[]).includes(name)
}

/** The one that has started this program, by `npm_config_user_agent`, as `pnpm/10.1.0 npm/? node/…`; npm where none did. */
export function startedBy(userAgent: string | undefined): PackageManager {
  const name = userAgent?.split('/')[0] ?? ''
  return isPackageManager(name) ? name : 'npm'
}

/** The command that runs a script of package.json. */
export function runs(manager: PackageManager, script: string): string {
  return manager === 'npm' || manager === 'bun' ? `${manager} run ${script}` : `${manager} ${script}`
}
