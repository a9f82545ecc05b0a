/** A provider of its own for each test of a program that names its issuer in the environment. */
import { afterEach, beforeEach, vi } from 'vitest'
import { OidcProvider } from '../security/loopback-provider.ts'

/**
 * Starts one before each test of the file or group, with its address in `ISSUER`, and closes it afterwards. Programs are imported anew,
 * and what they report is not printed.
 *
 * @returns gives the provider of the test that runs.
 */
export function ownProvider(): () => OidcProvider {
  let provider: OidcProvider
  beforeEach(async () => {
    provider = await OidcProvider.start()
    vi.resetModules()
    vi.stubEnv('ISSUER', provider.issuer)
    vi.spyOn(console, 'error').mockImplementation(() => {})
  })
  afterEach(() => {
    provider.close()
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
  return () => provider
}
