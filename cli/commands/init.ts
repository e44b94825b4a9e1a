/** `tallystick init`: makes a wallet. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { NameSchema } from '../../protocol/contracts/plain.ts';
import { Refusal } from '../../protocol/errors.ts';
import { addCommand, withSession } from '../command.ts';
import { typed } from '../invocation.ts';
import { need } from '../session.ts';

export const initCommand = (program: Command): Command =>
  addCommand<{ name?: string }>(program, 'init', {
    about: 'make a wallet',
    options: [['--name <name>', 'what others see, up to 40 characters (otherwise the name of your account)']],
    run: (call) => {
      // Before a folder is made for it.
      const wanted = NameSchema.safeParse(call.options.name ?? userInfo().username);
      if (!wanted.success) throw new Refusal('bad_input', 'A name has 1 to 40 characters, none of them invisible.');
      return withSession(call, { network: false, allowEmpty: true }, async ({ client }) => {
        const status = await need(client['app.create']({ name: wanted.data }));
        const { name, instance, tier, measurement } = await need(client['wallet.identity']({}));
        call.output.result(
          { name, instance, tier, measurement, dataFolder: status.dataFolder, rootSecret: status.rootSecret, ...(call.options.name === undefined ? { namedAfterLogin: true } : {}) },
          `${call.output.strong(name)} is ready, in ${status.dataFolder}.${call.options.name === undefined ? ` It is named after your login; change that with: ${typed('rename NAME')}` : ''}\n${instance}\nIt survives crashes, restored copies of its folder and dishonest people on the network; not whoever controls this computer.\nNext, here and on the other computer: ${typed('serve')}`,
        );
      });
    },
  });
