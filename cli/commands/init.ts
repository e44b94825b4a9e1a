/** `tallystick init`: makes a wallet. */
import type { Command } from 'commander';
import { addCommand, withSession } from '../command.ts';
import { need } from '../session.ts';

export const initCommand = (program: Command): Command =>
  addCommand<{ name: string }>(program, 'init', {
    about: 'make a wallet',
    options: [['--name <name>', 'what others see, up to 40 characters (otherwise the name of your account)']],
    run: (call) => withSession(call, { network: false, allowEmpty: true }, async ({ client }) => {
      const status = await need(client['app.create']({ name: call.options.name ?? process.env['USER'] ?? process.env['USERNAME'] ?? 'Wallet' }));
      const { name, instance, tier, measurement } = await need(client['wallet.identity']({}));
      call.output.result(
        { name, instance, tier, measurement, dataFolder: status.dataFolder, rootSecret: status.rootSecret },
        `${call.output.strong(name)} is ready, in ${status.dataFolder}.\n${instance}\nIt survives crashes, restored copies of its folder and dishonest people on the network; not whoever controls this computer.\nNext: tallystick serve, and on the other computer the same.`,
      );
    }),
  });
