import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client, unwrap } from '@/api/client'
import { saveFile } from '@/lib/save-file'

/** Fetches all that is kept of an account, tells how much has come, and hands it over as a file. */
export function useMyData() {
  const [bytes, setBytes] = useState(0)
  const running = useRef<AbortController>(null)
  const mutation = useMutation({
    mutationFn: async () => {
      const { signal } = (running.current = new AbortController())
      setBytes(0)
      const stream = await unwrap(
        client.GET('/api/v1/users/me/data', { parseAs: 'stream', signal }),
      )
      if (!stream) throw new Error('the data has no body')
      const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(part, controller) {
          setBytes((count) => count + part.length)
          controller.enqueue(part)
        },
      })
      // The browser gathers it, and keeps what is large on the disk.
      const blob = await new Response(stream.pipeThrough(counter)).blob()
      saveFile(blob, `legible-data-${new Date().toISOString().slice(0, 10)}.zip`)
    },
  })
  function cancel() {
    running.current?.abort()
    mutation.reset()
  }
  return { ...mutation, bytes, cancel }
}
