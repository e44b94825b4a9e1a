/** Whether single keys act: 'on' or 'off'. */
import { remembered } from '../wallet/remembered.ts';

export const shortcutsOn = remembered('shortcuts', 'on');
