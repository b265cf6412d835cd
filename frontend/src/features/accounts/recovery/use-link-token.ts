import { useEffect, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'

/**
 * The token behind `#` in the link of a mail, or null. It leaves the address bar at once: whoever sees the screen, the
 * history or a copied address shall not have it.
 */
export function useLinkToken(): string | null {
  const { pathname, hash } = useLocation()
  const navigate = useNavigate()
  const found = new URLSearchParams(hash.slice(1)).get('token')
  const [token, setToken] = useState(found)
  // Another link was opened in this very tab.
  if (found !== null && found !== token) setToken(found)

  useEffect(() => {
    if (hash !== '') void navigate(pathname, { replace: true })
  }, [hash, pathname, navigate])

  return found ?? token
}
