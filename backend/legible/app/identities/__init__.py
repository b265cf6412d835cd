"""Who comes in by an account elsewhere: OpenID Connect, with Google as the provider."""
