/** What opens over the pages, one at a time. */
export const PANELS = ['contents', 'bookmarks', 'search', 'look', 'about', 'keys'] as const;
export type PanelName = (typeof PANELS)[number];
