import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { ALGORITHMS, type AlgorithmName, type GenerateOptions, Key, KeySet } from '../jwt/index.ts'

const USAGE = `Usage: sallyport keygen [algorithm] [options]

Makes a key that signs tokens: a secret text for HS256, HS384 and HS512, otherwise a private key.

  algorithm        ${ALGORITHMS.join(' ')}; default: ES256
  --format <form>  jwk, jwks (for KeySet.from) or pem; default: jwk. A secret is always text.
  --kid <name>     the key's name; default: its thumbprint
  --bits <number>  the size of an RSA key; default: 3072
  --out <file>     writes the key to a new file that only you can read (mode 600), and prints the public key
  --help           prints this
`

/**
 * Makes a key as `sallyport keygen` does.
 *
 * @param args - The words after `keygen`.
 * @returns The exit code: 0, 1 when the file cannot be written, 2 for words that are not understood.
 * @example
 * ```sh
 * sallyport keygen ES256 --out signing-key.json
 * ```
 */
export async function keygen(args: readonly string[]): Promise<number> {
  const order = readWords(args)
  if (typeof order === 'string') {
    process.stderr.write(`sallyport keygen: ${order}\n\n${USAGE}`)
    return 2
  }
  if (order.help) {
    process.stdout.write(USAGE)
    return 0
  }
  let made: MadeKey
  try {
    made = await makeKey(order)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(`sallyport keygen: ${error.message}\n`)
    return 2
  }
  if (order.out === undefined) {
    process.stdout.write(made.whole)
    return 0
  }
  try {
    // Never over an existing key: what it signed could not be verified any more.
    await writeFile(order.out, made.whole, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'it is there already' : String(error)
    process.stderr.write(`sallyport keygen: ${order.out} was not written: ${reason}\n`)
    return 1
  }
  process.stderr.write(`Wrote ${order.out} (mode 600). Keep it out of the repository.\n`)
  if (made.open !== undefined) process.stdout.write(made.open)
  return 0
}

interface Order {
  readonly algorithm: AlgorithmName
  readonly format: string | undefined
  readonly options: GenerateOptions
  readonly out: string | undefined
  readonly help: boolean
}

interface MadeKey {
  /** The private key or secret as it is printed. */
  readonly whole: string
  /** The public key in the same form; undefined for a secret. */
  readonly open: string | undefined
}

function readWords(args: readonly string[]): Order | string {
  let parsed: ReturnType<typeof parseWords>
  try {
    parsed = parseWords(args)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const { values, positionals } = parsed
  const algorithm = positionals[0] ?? 'ES256'
  if (positionals.length > 1) return 'one algorithm only'
  if (!ALGORITHMS.includes(algorithm as AlgorithmName)) return `unknown algorithm ${algorithm}`
  if (values.format !== undefined && !['jwk', 'jwks', 'pem'].includes(values.format)) {
    return `unknown format ${values.format}`
  }
  const options: { kid?: string; modulusLength?: number } = {}
  if (values.kid !== undefined) options.kid = values.kid
  if (values.bits !== undefined) {
    if (!/^[RP]S/.test(algorithm)) return '--bits is for RSA keys'
    options.modulusLength = Number(values.bits)
    if (!(options.modulusLength >= 2048 && options.modulusLength <= 16_384)) return '--bits is 2048 to 16384'
  }
  if (algorithm.startsWith('HS') && (values.format !== undefined || values.kid !== undefined)) {
    return 'a secret is text: it has neither --format nor --kid'
  }
  return {
    algorithm: algorithm as AlgorithmName,
    format: values.format,
    options,
    out: values.out,
    help: values.help === true,
  }
}

// Its type is the one that parseArgs infers from these options.
function parseWords(args: readonly string[]) {
  const text = { type: 'string' } as const
  const help = { type: 'boolean', short: 'h' } as const
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { format: text, kid: text, bits: text, out: text, help },
  })
}

async function makeKey({ algorithm, format = 'jwk', options }: Order): Promise<MadeKey> {
  const key = await Key.generate(algorithm, options)
  if (key.type === 'secret') {
    // The text itself is the secret (its UTF-8 bytes), and longer than the bytes it stands for.
    return { whole: `${key.exportPrivateJWK().k}\n`, open: undefined }
  }
  if (format === 'pem') return { whole: `${await key.exportPrivatePEM()}\n`, open: `${await key.toPEM()}\n` }
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
  if (format === 'jwk') return { whole: json(key.exportPrivateJWK()), open: json(key.toJWK()) }
  const keys = new KeySet([key])
  return { whole: json(keys.exportPrivate()), open: json(keys.jwks()) }
}
