/** The whole matrix, in order. */
import type { Row } from './row.ts';
import { crashes } from './rows/crashes.ts';
import { disk } from './rows/disk.ts';
import { input } from './rows/input.ts';
import { network } from './rows/network.ts';
import { peers } from './rows/peers.ts';
import { people } from './rows/people.ts';
import { surroundings } from './rows/surroundings.ts';
import { window } from './rows/window.ts';

export const rows: readonly Row[] = [...crashes, ...disk, ...network, ...people, ...peers, ...input, ...window, ...surroundings];
