import {
  ALGORITHMS,
  type AlgorithmName,
  type JWTError,
  JWTSigner,
  JWTVerifier,
  Key,
  KeySet,
} from '../../src/jwt/index.ts'

/**
 * What must hold in every runtime, without a test framework: run by Vitest on Node, and by anything that can call it in
 * Bun, Deno and Workers. Gives what does not hold.
 */
export async function checkRuntime(): Promise<string[]> {
  const wrong: string[] = []
  for (const algorithm of ALGORITHMS) {
    try {
      const reason = await checkAlgorithm(algorithm)
      if (reason !== undefined) wrong.push(`${algorithm}: ${reason}`)
    } catch (error) {
      wrong.push(`${algorithm}: ${String(error)}`)
    }
  }
  const jwk = (await Key.generate('ES256')).toJWK()
  const offCurve = await Key.fromJWK({ ...jwk, y: 'A'.repeat(43) }).catch((error: unknown) => error)
  if (!(offCurve instanceof TypeError)) wrong.push('a point that is not on its curve is taken')
  return wrong
}

async function checkAlgorithm(algorithm: AlgorithmName): Promise<string | undefined> {
  const keys = await KeySet.generate(algorithm, { kid: 'main', modulusLength: 2048 })
  const verifier = new JWTVerifier({ keys })
  const token = await new JWTSigner({ key: keys, expiresIn: 60 }).sign({ sub: 'Zoë' })
  const claims = await verifier.check(token)
  if (claims.sub !== 'Zoë') return 'other claims'
  if (verifier.cached(token) !== claims) return 'not remembered'
  const changed = [`${token}A`, `${token.slice(0, -8)}AAAAAAAA`, token.slice(0, token.lastIndexOf('.') + 1)]
  for (const text of changed) {
    const code = await verifier.verify(text).then(
      () => 'taken',
      (error: JWTError) => error.code,
    )
    if (code !== 'signature_invalid') return `a changed signature: ${code}`
  }
  if (algorithm.startsWith('HS')) return undefined
  const copy = await Key.fromPEM(await keys.signingKey.toPEM(), { algorithm, kid: 'main' })
  await new JWTVerifier({ keys: copy }).verify(token)
  const signing = await Key.fromPEM(await keys.signingKey.exportPrivatePEM(), { algorithm, kid: 'main' })
  await verifier.verify(await new JWTSigner({ key: signing, expiresIn: 60 }).sign())
  return undefined
}
