/**
 * Where focus belongs on a screen that has just come up: in the first field of a screen that is one form, so that what is
 * typed arrives there and triggers no shortcut; otherwise on the heading, which screen readers then read out. A form
 * bears the heading as its name, so it is read out in both cases.
 */
export const PAGE_TITLE_ID = 'page-title';

export function focusScreen(): void {
  const field = document.querySelector<HTMLElement>(`form[aria-labelledby="${PAGE_TITLE_ID}"] :is(input, select, textarea)`);
  (field ?? document.querySelector<HTMLElement>('[data-page-title]'))?.focus({ preventScroll: true });
}
