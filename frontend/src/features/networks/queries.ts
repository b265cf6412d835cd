import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

/** The networks that read here, and their versions. */
export const networksQuery = queryOptions({
  queryKey: ['networks'] as const,
  queryFn: async ({ signal }) => {
    const { items } = await unwrap(client.GET('/api/v1/models', { signal }))
    return items
  },
})

export function versionQuery(name: string, version: string) {
  return queryOptions({
    queryKey: ['networks', name, version] as const,
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/models/{name}/{version}', {
          params: { path: { name, version } },
          signal,
        }),
      ),
    // A version never changes.
    staleTime: Infinity,
  })
}
