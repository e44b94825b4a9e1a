/** Why the demo did not go as it should: told to the person, and the demo ends with status 1. */
export class DemoTrouble extends Error {}
