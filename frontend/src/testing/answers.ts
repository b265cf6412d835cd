import { http, HttpResponse } from 'msw'
import type { paths } from '@/api/schema'
import type {
  ApiKey,
  Authenticated,
  MadeApiKey,
  NewApiKey,
  Identity,
  NewFeedback,
  Page,
  PendingLink,
  Problem,
  Providers,
  Reading,
  ReadingList,
  StagePicture,
  Stages,
  Statement,
  Symbol,
  Trial,
  TriedReading,
  Usage,
  User,
} from '@/api/types'

/** A path of the service as MSW writes it, checked against the schema. */
function at(path: keyof paths): string {
  return window.location.origin + path.replace(/\{(\w+)\}/g, ':$1')
}

type Answer = (request: Request) => Response | Promise<Response>

function withRequest(answer: Answer) {
  return ({ request }: { request: Request }) => answer(request)
}

export const answers = {
  /** Whether the service is there, as it is asked after it did not answer. */
  ready: (status: 200 | 503) =>
    http.get(`${window.location.origin}/readyz`, () => new HttpResponse(null, { status })),
  logIn: (answer: () => Response) => http.post(at('/api/v1/auth/login'), answer),
  register: (answer: () => Response) => http.post(at('/api/v1/auth/register'), answer),
  logOut: (answer: (request: Request) => Response) =>
    http.post(at('/api/v1/auth/logout'), ({ request }) => answer(request)),
  providers: (answer: () => Response) => http.get(at('/api/v1/auth/providers'), answer),
  pendingLink: (answer: () => Response) => http.get(at('/api/v1/auth/google/link'), answer),
  link: (answer: (request: Request) => Response | Promise<Response>) =>
    http.post(at('/api/v1/auth/google/link'), ({ request }) => answer(request)),
  refresh: (answer: (request: Request) => Response | Promise<Response>) =>
    http.post(at('/api/v1/auth/refresh'), ({ request }) => answer(request)),
  list: (answer: (request: Request) => Response) =>
    http.get(at('/api/v1/readings'), ({ request }) => answer(request)),
  upload: (answer: (request: Request) => Response | Promise<Response>) =>
    http.post(at('/api/v1/readings'), ({ request }) => answer(request)),
  show: (answer: (request: Request) => Response) =>
    http.get(at('/api/v1/readings/{reading_id}'), ({ request }) => answer(request)),
  judge: (answer: (body: NewFeedback, request: Request) => Response) =>
    http.post(at('/api/v1/readings/{reading_id}/feedback'), async ({ request }) =>
      answer((await request.json()) as NewFeedback, request),
    ),
  remove: (answer: (request: Request) => Response) =>
    http.delete(at('/api/v1/readings/{reading_id}'), ({ request }) => answer(request)),
  exported: (answer: (request: Request) => Response) =>
    http.get(at('/api/v1/readings/export'), ({ request }) => answer(request)),
  devices: (answer: () => Response) => http.get(at('/api/v1/sessions'), answer),
  endDevice: (answer: (id: string) => Response) =>
    http.delete(at('/api/v1/sessions/{session_id}'), ({ params }) =>
      answer(String(params.session_id)),
    ),
  keys: (answer: () => Response) => http.get(at('/api/v1/keys'), answer),
  createKey: (answer: (body: NewApiKey) => Response) =>
    http.post(at('/api/v1/keys'), async ({ request }) =>
      answer((await request.json()) as NewApiKey),
    ),
  renameKey: (answer: (id: string, body: { name: string }) => Response) =>
    http.patch(at('/api/v1/keys/{key_id}'), async ({ request, params }) =>
      answer(String(params.key_id), (await request.json()) as { name: string }),
    ),
  revokeKey: (answer: (id: string) => Response) =>
    http.delete(at('/api/v1/keys/{key_id}'), ({ params }) => answer(String(params.key_id))),
  usage: (answer: (request: Request) => Response) =>
    http.get(at('/api/v1/usage'), ({ request }) => answer(request)),
  statements: (answer: () => Response) => http.get(at('/api/v1/statements'), answer),
  statement: (answer: (month: string, request: Request) => Response) =>
    http.get(at('/api/v1/statements/{month}'), ({ request, params }) =>
      answer(String(params.month), request),
    ),
  adminUsers: (answer: Answer) => http.get(at('/api/v1/admin/users'), withRequest(answer)),
  adminUser: (answer: Answer) => http.get(at('/api/v1/admin/users/{user_id}'), withRequest(answer)),
  freeze: (answer: Answer) =>
    http.post(at('/api/v1/admin/users/{user_id}/freeze'), withRequest(answer)),
  unfreeze: (answer: Answer) =>
    http.post(at('/api/v1/admin/users/{user_id}/unfreeze'), withRequest(answer)),
  audit: (answer: Answer) => http.get(at('/api/v1/admin/audit'), withRequest(answer)),
  adminModels: (answer: () => Response) => http.get(at('/api/v1/admin/models'), answer),
  activate: (answer: Answer) =>
    http.post(at('/api/v1/admin/models/{name}/activate'), withRequest(answer)),
  rollBack: (answer: Answer) =>
    http.post(at('/api/v1/admin/models/{name}/rollback'), withRequest(answer)),
  startChallenger: (answer: Answer) =>
    http.post(at('/api/v1/admin/models/challenger'), withRequest(answer)),
  endChallenger: (answer: () => Response) =>
    http.delete(at('/api/v1/admin/models/challenger'), answer),
  comparison: (answer: () => Response) => http.get(at('/api/v1/admin/models/challenger'), answer),
  live: (answer: Answer) => http.get(at('/api/v1/admin/models/live'), withRequest(answer)),
  corrections: (answer: Answer) => http.get(at('/api/v1/admin/corrections'), withRequest(answer)),
  cutOut: (answer: Answer) =>
    http.get(at('/api/v1/admin/corrections/{user_id}/{judgement_id}/picture'), withRequest(answer)),
  decide: (answer: Answer) =>
    http.post(
      at('/api/v1/admin/corrections/{user_id}/{judgement_id}/decision'),
      withRequest(answer),
    ),
  networks: (answer: () => Response) => http.get(at('/api/v1/models'), answer),
  networkVersion: (answer: Answer) =>
    http.get(at('/api/v1/models/{name}/{version}'), withRequest(answer)),
  me: (answer: () => Response) => http.get(at('/api/v1/users/me'), answer),
  changeMe: (answer: Answer) => http.patch(at('/api/v1/users/me'), withRequest(answer)),
  deleteMe: (answer: Answer) => http.delete(at('/api/v1/users/me'), withRequest(answer)),
  myData: (answer: Answer) => http.get(at('/api/v1/users/me/data'), withRequest(answer)),
  changePassword: (answer: Answer) =>
    http.post(at('/api/v1/users/me/password'), withRequest(answer)),
  askForEmail: (answer: Answer) => http.post(at('/api/v1/users/me/email'), withRequest(answer)),
  identities: (answer: () => Response) => http.get(at('/api/v1/users/me/identities'), answer),
  connectGoogle: (answer: Answer) =>
    http.post(at('/api/v1/users/me/identities/google'), withRequest(answer)),
  disconnect: (answer: (id: string) => Response) =>
    http.delete(at('/api/v1/users/me/identities/{identity_id}'), ({ params }) =>
      answer(String(params.identity_id)),
    ),
  forgotPassword: (answer: Answer) =>
    http.post(at('/api/v1/auth/forgot-password'), withRequest(answer)),
  resetPassword: (answer: Answer) =>
    http.post(at('/api/v1/auth/reset-password'), withRequest(answer)),
  verifyEmail: (answer: Answer) => http.post(at('/api/v1/auth/verify-email'), withRequest(answer)),
  verificationMail: (answer: () => Response) =>
    http.post(at('/api/v1/auth/verify-email/request'), answer),
  changeEmail: (answer: Answer) => http.post(at('/api/v1/auth/change-email'), withRequest(answer)),
  trial: (answer: () => Response) => http.get(at('/api/v1/try'), answer),
  tryIt: (answer: Answer) => http.post(at('/api/v1/try'), withRequest(answer)),
  image: () =>
    http.get(
      at('/api/v1/readings/{reading_id}/pages/{number}/image'),
      () => new HttpResponse(new Blob(['jpeg'], { type: 'image/jpeg' })),
    ),
}

export const json = {
  providers: (...names: Providers['items'][number]['name'][]) =>
    HttpResponse.json<Providers>({
      items: names.map((name) => ({ name, label: 'Google', start: '/api/v1/auth/google/start' })),
    }),
  pendingLink: (body: PendingLink) => HttpResponse.json(body),
  user: (body: User) => HttpResponse.json(body),
  identities: (...items: Identity[]) => HttpResponse.json({ items }),
  /** It is done, and there is nothing to say about it. */
  done: (status: 202 | 204 = 204) => new HttpResponse(null, { status }),
  session: (body: Authenticated) => HttpResponse.json(body),
  reading: (body: Reading, status = 200) => HttpResponse.json(body, { status }),
  trial: (changes: Partial<Trial> = {}) =>
    HttpResponse.json<Trial>({
      available: true,
      max_bytes: 5_242_880,
      max_pixels: 20_000_000,
      ...changes,
    }),
  tried: (body: TriedReading) => HttpResponse.json(body),
  list: (items: Reading[], next_cursor: string | null = null) =>
    HttpResponse.json<ReadingList>({ items, next_cursor }),
  keys: (items: ApiKey[]) => HttpResponse.json({ items }),
  madeKey: (body: MadeApiKey) => HttpResponse.json(body, { status: 201 }),
  usage: (body: Usage) => HttpResponse.json(body),
  statement: (body: Statement) => HttpResponse.json(body),
  /** What the pages make of a judgement is that it was kept. */
  judged: () => HttpResponse.json({}, { status: 201 }),
  problem: (status: number, code: string, detail = '', errors: Problem['errors'] = null) =>
    HttpResponse.json<Problem>(
      { type: 'about:blank', title: 'Problem', status, code, detail, errors },
      { status },
    ),
}

export const ada: Authenticated = {
  access_token: 'token-of-ada',
  token_type: 'bearer',
  expires_in: 900,
  user: {
    id: '0197c7c0-0000-7000-8000-00000000000a',
    name: 'Ada Lovelace',
    email: 'ada@example.org',
    created_at: '2026-01-31T12:00:00Z',
    email_verified: true,
    has_password: true,
    role: 'user',
    shares_corrections: false,
  },
}

export function symbol(text: string, confidence: number, x = 0): Symbol {
  const rest = (1 - confidence) / 9
  return {
    text,
    confidence,
    box: [x, 10, 30, 50],
    probabilities: Array.from({ length: 10 }, (_, digit) =>
      String(digit) === text ? confidence : rest,
    ),
    issue: null,
    style: { slant_deg: 4, stroke_width_px: 3, height_px: 50, aspect: 0.6, loops: 1 },
  }
}

export function page(...lines: Symbol[][]): Page {
  return {
    width: 400,
    height: 200,
    unread: [],
    turned_deg: 0,
    lines: lines.map((symbols) => ({
      text: symbols.map(({ text }) => text).join(''),
      confidence: 0.98,
      box: [0, 10, 300, 50],
      symbols,
      style: null,
      alternatives: [],
    })),
  }
}

/** What the networks saw of a page with one line of digits. */
export function stages(text: string, changes: Partial<Stages> = {}): Stages {
  return {
    pages: [
      {
        page: picture(400, 200),
        ink: picture(400, 200),
        runs: [{ line: 0, picture: picture(80, 32) }],
        digits: Array.from(text, (digit, symbol) => ({
          line: 0,
          symbol,
          text: digit,
          picture: picture(28, 28),
        })),
      },
    ],
    left_out: { pages: 0, runs: 0, digits: 0 },
    models: { digit: '1.0.0' },
    ...changes,
  }
}

function picture(width: number, height: number): StagePicture {
  return { png: btoa(`${width} by ${height}`), width, height }
}

export function reading(changes: Partial<Reading> = {}): Reading {
  return {
    id: '0197c7c0-0000-7000-8000-000000000001',
    file_name: 'card.jpg',
    text: '47',
    symbols: 'digits',
    pattern: null,
    feedback: null,
    status: 'read',
    confidence: 0.984,
    alternatives: [],
    pages: [page([symbol('4', 0.991, 10), symbol('7', 0.993, 60)])],
    issues: [],
    models: { digit: '1.0.0' },
    created_at: '2026-01-31T12:00:00Z',
    timing_ms: { total: 9.8 },
    ...changes,
  }
}
