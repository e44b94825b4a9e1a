/** Files of more than 300 lines, each with the reason why it is one file. There is none at present. */
export const LONG_FILES: Readonly<Record<string, string>> = {};
