/** The version of the app, as in package.json (a test compares them). Shown in `status` and the about page. */
export const VERSION = '0.1.0';
