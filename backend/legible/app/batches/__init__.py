"""Many files in one request, their readings streamed as they are done."""
