/** How much a finding matters; the names are SARIF's. */
export type Level = 'error' | 'warning' | 'note'

/** What a finding is an instance of. */
export interface Rule {
  readonly level: Level
  /** What is wrong, in general. */
  readonly title: string
  /** What to do about it. */
  readonly next: string
}

/** The id of a rule; it stays what it is. */
export type RuleId =
  | 'credentials-ignored'
  | 'credentials-unverified'
  | 'same-place'
  | 'open-unsafe'
  | 'optional-unsafe'
  | 'hidden-open'
  | 'docs-open'
  | 'key-in-query'
  | 'implicit-flow'
  | 'password-flow'
  | 'without-tls'
  | 'scope-unused'
  | 'mount-unseen'

/** The rules of the audit, by their stable ids. What the plans cannot prove has no rule. */
export const RULES: Readonly<Record<RuleId, Rule>> = {
  'credentials-ignored': {
    level: 'error',
    title: 'Credentials are read, and nobody looks at them: any text will do.',
    next: 'Give the scheme a verifier (its option verify), or require a dependency that checks its value.',
  },
  'credentials-unverified': {
    level: 'warning',
    title: 'The handler is given credentials as they were sent, and nothing before it checks them.',
    next: 'Give the scheme a verifier (its option verify), or check the value in a dependency that the operation requires.',
  },
  'same-place': {
    level: 'warning',
    title:
      'Two schemes that are required together read the same place, so that one value must pass both of their verifiers.',
    next: 'Give one of them a place of its own, or take either with anyOf().',
  },
  'open-unsafe': {
    level: 'warning',
    title: 'Anybody may call an operation that can change something.',
    next: 'Require a security dependency, or say { public: true } where anybody may.',
  },
  'optional-unsafe': {
    level: 'warning',
    title: 'Security is optional for an operation that can change something, so anybody may call it.',
    next: 'Take autoError: false away from the scheme, or say { public: true } where anybody may.',
  },
  'hidden-open': {
    level: 'note',
    title: 'An operation is not in the document, and anybody may call it: hiding it protects nothing.',
    next: 'Require a security dependency, or say { public: true } where anybody may.',
  },
  'docs-open': {
    level: 'warning',
    title: 'The API is closed, and anybody may read its document.',
    next: 'Protect the document with the option docs: { params: { user: … } }, or leave out of it what its reader may not call with docs: { onlyCallable: true }.',
  },
  'key-in-query': {
    level: 'warning',
    title: 'A key in the query lands in logs, in histories and in Referer headers.',
    next: 'Use APIKeyHeader.',
  },
  'implicit-flow': {
    level: 'warning',
    title:
      "OAuth's implicit flow sends tokens through the address bar of the browser; RFC 9700 §2.1.2 says not to use it.",
    next: 'Use OAuth2AuthorizationCodeBearer; its clients use PKCE.',
  },
  'password-flow': {
    level: 'note',
    title:
      "OAuth's password flow shows the user's password to the client; RFC 9700 §2.4 says not to use it with other parties.",
    next: 'Keep it for clients of your own, or use OAuth2AuthorizationCodeBearer.',
  },
  'without-tls': {
    level: 'warning',
    title: 'The document sends credentials over http, where everybody on the way can read them.',
    next: 'Write the address with https.',
  },
  'scope-unused': {
    level: 'note',
    title: 'A scheme declares a scope that no operation requires.',
    next: 'Require it with Security(…, [scope]) where it was meant to be, or take it away.',
  },
  'mount-unseen': {
    level: 'note',
    title: 'What is mounted is no app, so that nobody can tell what it requires.',
    next: 'Look at it yourself: dependencies of the app do not stand before it.',
  },
}

/** The ids of all rules. */
export const RULE_IDS: readonly RuleId[] = Object.keys(RULES) as RuleId[]
