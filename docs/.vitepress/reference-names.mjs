/** Names the modules of the reference as they are imported: a plugin of TypeDoc. */
import { Converter } from 'typedoc'

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      module.name = module.name === 'index' ? 'sallyport' : `sallyport/${module.name.replace(/^adapters\//, '')}`
    }
  })
}
