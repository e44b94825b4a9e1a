/** What files of the desktop shell import from Electron, for targets that need only their rules: nothing behind it works. */
/** Pages that the system's browser was asked to open, since somebody last looked. */
export const opened: string[] = [];
export const shell = { openExternal: (url: string) => Promise.resolve(void opened.push(url)) };
export const app = {};
export const protocol = {};
export const session = {};
export const net = {};
