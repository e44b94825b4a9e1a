#!/usr/bin/env node
/** Entry of the command line: what must be settled before anything large is loaded. */
import { keepYoungSpaceSmall } from '../main/host/young-space.ts';

keepYoungSpaceSmall();
await import('./command-line.ts');
