/** As `JSON.stringify` with two spaces, but boxes and probabilities on a line each: people have to find their way. */
export function readingJson(reading: object): string {
  return JSON.stringify(reading, null, 2).replace(/\[\n[\s\d.,eE+-]*\]/g, (numbers) =>
    numbers.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  )
}
