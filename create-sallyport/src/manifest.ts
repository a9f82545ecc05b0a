import type { Template } from './templates.ts'
import type { Versions } from './versions.ts'

/** The packages that every project has. */
export const DEPENDENCIES: readonly string[] = ['sallyport', 'zod', '@biomejs/biome', '@types/node', 'typescript']

/** The package.json of a project. @param sallyport what it says of sallyport; default: this version, or a later one that fits. */
export function manifestOf(name: string, template: Template, versions: Versions, sallyport?: string): string {
  return json({
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: `>=${template.node}` },
    scripts: {
      dev: 'sallyport dev src/main.ts',
      start: 'node src/main.ts',
      ...template.scripts,
      test: 'node --test "test/*.test.ts"',
      check: 'tsc',
      lint: 'biome check --error-on-warnings .',
      format: 'biome check --write .',
      audit: 'sallyport audit src/main.ts --frozen',
      'audit:update': 'sallyport audit src/main.ts --update',
    },
    dependencies: {
      sallyport: sallyport ?? `^${versions.sallyport}`,
      zod: `^${versions.zod}`,
    },
    devDependencies: {
      // Exactly: what formats and lints is the same for everybody.
      '@biomejs/biome': versions['@biomejs/biome'],
      '@types/node': `^${versions['@types/node']}`,
      typescript: `^${versions.typescript}`,
    },
  })
}

/** The biome.json of a project, as Biome itself formats it. Its schema is that of the version which is installed. */
export const BIOME = `{
  "$schema": "./node_modules/@biomejs/biome/configuration_schema.json",
  "vcs": { "enabled": true, "clientKind": "git", "useIgnoreFile": true },
  "files": { "includes": ["**", "!package-lock.json", "!sallyport.lock.json"] },
  "formatter": { "indentStyle": "space", "lineWidth": 120 },
  "javascript": { "formatter": { "quoteStyle": "single", "semicolons": "asNeeded" } },
  "linter": { "rules": { "preset": "recommended" } }
}
`

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
