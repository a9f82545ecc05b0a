import { pathUnder } from './mounted.ts'
import type { Operation } from './operation.ts'
import { assertOptions } from './params.ts'
import type { Application } from './reply.ts'
import { isOpen } from './requirement.ts'
import { mountPrefix } from './route.ts'

/** What can be mounted: another app, or anything that answers web requests. */
export type Mountable = Application | ((request: Request) => Response | Promise<Response>)

/** Options of `mount()`. */
export interface MountOptions {
  /**
   * Lets a closed app mount what is open: a function or another framework's app, which says nothing of what it requires, or an app of
   * ours with open operations; false.
   */
  readonly public?: boolean | undefined
}

/** What is mounted at a prefix. */
export interface Mount {
  readonly prefix: string
  readonly to: Mountable
  readonly public: boolean
}

/** What is mounted in an app. */
export class Mounts {
  readonly #all: Mount[] = []

  /** The longest prefix first. */
  get all(): readonly Mount[] {
    return this.#all
  }

  /** @throws TypeError for a prefix that is none or taken, and for what cannot be mounted. */
  made(prefix: string, to: Mountable, options: MountOptions): Mount {
    const at = mountPrefix(prefix, 'mount()')
    if (typeof to !== 'function' && typeof to?.handle !== 'function')
      throw new TypeError('mount(): the second argument is an app, or a function that answers web requests.')
    if (this.#all.some((mounted) => mounted.prefix === at))
      throw new TypeError(`mount(): something is mounted at ${prefix} already.`)
    assertOptions(options, ['public'], 'mount()')
    const { public: isPublic = false } = options
    if (typeof isPublic !== 'boolean') throw new TypeError('mount(): public is true or false.')
    return { prefix: at, to, public: isPublic }
  }

  add(mount: Mount): void {
    this.#all.push(mount)
    this.#all.sort((a, b) => b.prefix.length - a.prefix.length)
  }

  /** What is mounted where a path leads, and the rest of the path. */
  find(path: string): (Mount & { readonly rest: string }) | undefined {
    for (const mount of this.#all) {
      const rest = pathUnder(path, mount.prefix)
      if (rest !== undefined) return { ...mount, rest }
    }
    return undefined
  }
}

/**
 * Refuses an operation that anybody may call and that does not say so.
 *
 * @param why what closes it: `the app is closed`.
 * @throws TypeError
 */
export function assertNotOpen({ route, plan }: Operation, why: string): void {
  if (route.options.public || !isOpen(plan.requirements)) return
  throw new TypeError(
    `${route.where} can be called by anybody, and ${why}. Add a security dependency to its params, its router or the app, or say { public: true }.`,
  )
}

/** The refusal of a mount that says nothing of what it requires. */
export function unknownMount({ prefix }: Mount): TypeError {
  return new TypeError(
    `mount(): the app is closed, and what is mounted at ${prefix} does not say whom it lets in. If it guards itself, or anybody may call it, write mount('${prefix}', …, { public: true }).`,
  )
}
