/** The files of a drop or a paste, those in dropped folders among them. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Read before the first pause: the browser empties it then.
  const files = Array.from(transfer.files)
  const items = 'items' in transfer ? Array.from(transfer.items) : []
  const entries = items.flatMap((item) =>
    item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : [],
  )
  if (!entries.some(({ isDirectory }) => isDirectory)) return files
  const found = await Promise.all(entries.map((entry) => filesBelow(entry)))
  return found.flat()
}

async function filesBelow(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [
      await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      ),
    ]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const files: File[] = []
  // Chromium gives a hundred at a time.
  for (let part = await readPart(reader); part.length > 0; part = await readPart(reader)) {
    for (const below of part) files.push(...pictures(await filesBelow(below)))
  }
  return files
}

function readPart(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject))
}

/** What in a folder may be a picture: hidden files, notes and the like stay out. */
export function pictures(files: readonly File[]): File[] {
  return files.filter(
    ({ name, type }) =>
      !name.startsWith('.') &&
      (type.startsWith('image/') ||
        /\.(heic|heif|avif|tiff?|pdf|bmp|webp|png|jpe?g|gif)$/i.test(name)),
  )
}
