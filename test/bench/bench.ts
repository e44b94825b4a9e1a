/** Entry of the bench: its process hosts a wallet, too, and begins as the command line and the app do. */
import { keepYoungSpaceSmall } from '../../main/host/young-space.ts';

keepYoungSpaceSmall();
await import('./command-line.ts');
