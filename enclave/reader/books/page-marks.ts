/** Reading positions of books whose pages stay as they are: the page. */

export const pageMark = (page: number): string => `p${page}`;

/** The page, or null if the mark is none or lies behind the end. */
export function pageOfMark(mark: string, pages: number): number | null {
  const number = /^p(\d{1,7})$/.exec(mark)?.[1];
  return number !== undefined && Number(number) < pages ? Number(number) : null;
}
