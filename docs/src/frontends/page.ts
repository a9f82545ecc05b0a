/** The page's side: a script of https://app.example.com. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

export class Client {
  readonly #api: string
  #csrfToken = ''

  constructor(api: string) {
    this.#api = api
  }

  async send(path: string, method = 'GET', body?: object): Promise<Answer> {
    const response = await fetch(this.#api + path, {
      method,
      headers: {
        ...(method === 'GET' ? {} : { 'x-csrf-token': this.#csrfToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'include', // send the cookie, and keep the one of the answer
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  async login(name: string, password: string): Promise<number> {
    return this.#keep(await this.send('/login', 'POST', { name, password }))
  }

  /** After the page was loaded again. */
  async resume(): Promise<number> {
    return this.#keep(await this.send('/csrf'))
  }

  #keep({ status, body }: Answer): number {
    if (status === 200) this.#csrfToken = (body as { csrfToken: string }).csrfToken
    return status
  }
}
