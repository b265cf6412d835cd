import { mutationOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { startSession } from '@/api/session'

export interface Credentials {
  email: string
  password: string
}

export interface Registration extends Credentials {
  name: string
}

export const logInMutation = mutationOptions({
  mutationFn: (body: Credentials) => unwrap(client.POST('/api/v1/auth/login', { body })),
  onSuccess: startSession,
})

export const registerMutation = mutationOptions({
  mutationFn: (body: Registration) => unwrap(client.POST('/api/v1/auth/register', { body })),
  onSuccess: startSession,
})
