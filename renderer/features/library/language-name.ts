/** The name of a language for its tag. A book bears whatever tag its publisher wrote: one that names nothing is shown as it is. */
export function languageName(tag: string, locale: string): string | null {
  try {
    const name = new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' }).of(tag);
    return name ?? null;
  } catch {
    // Well-formed to us, and not to Unicode: RangeError.
    return null;
  }
}
