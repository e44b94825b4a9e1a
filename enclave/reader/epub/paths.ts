/** References inside a book (RFC 3986, as far as files in an archive need it), resolved to names of files in it. */

export interface Reference {
  /** The file's name in the archive. */
  readonly path: string;
  /** What comes after `#`, or empty. */
  readonly fragment: string;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** @param from the file that holds the reference @returns null for anything that leads out of the book */
export function resolveReference(from: string, reference: string): Reference | null {
  const trimmed = reference.trim();
  if (/^[a-z][a-z0-9+.-]*:/i.test(trimmed) || trimmed.startsWith('//')) return null;
  const hash = trimmed.indexOf('#');
  const file = decoded((hash < 0 ? trimmed : trimmed.slice(0, hash)).replace(/\?.*$/, ''));
  const fragment = hash < 0 ? '' : decoded(trimmed.slice(hash + 1));
  if (file === '') return { path: from, fragment };
  const parts = file.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of file.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return { path: parts.join('/'), fragment };
}
