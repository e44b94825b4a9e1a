/** Words of the first screen. The sentence on protection is design §3 in plain words. */
import { messages } from '../../i18n/messages.ts';

export const welcomeMessages = messages({
  en: {
    title: 'Hand things over, computer to computer.',
    lead: 'No server, no account, no internet. What you hand over is gone from here and is there.',
    name: 'What should people near you call you?', hint: 'Others see this name when they find your computer. You can change it later.', placeholder: 'Ada', nameMissing: 'Enter a name first. Any will do.',
    start: 'Start', honestTitle: 'What this protects, and what not',
    software: 'Your wallet withstands crashes, restored copies of its folder, attackers on the network and dishonest people with unmodified wallets. It cannot withstand whoever controls this computer, be it its owner or malware.',
    tpm2: 'Your wallet withstands crashes, attackers on the network and dishonest people; this computer’s TPM also refuses restored or cloned disks. It cannot stop someone who controls the running program.',
  },
  de: {
    title: 'Von Hand zu Hand, von Computer zu Computer.',
    lead: 'Kein Server, kein Konto, kein Internet. Was Sie übergeben, ist hier fort und dort da.',
    name: 'Wie sollen Menschen in Ihrer Nähe Sie nennen?', hint: 'Andere sehen diesen Namen, wenn sie Ihren Computer finden. Sie können ihn später ändern.', placeholder: 'Ada', nameMissing: 'Geben Sie zuerst einen Namen ein. Jeder ist recht.',
    start: 'Los geht’s', honestTitle: 'Was geschützt ist und was nicht',
    software: 'Ihr Wallet hält Abstürzen, zurückgespielten Kopien seines Ordners, Angreifern im Netz und unehrlichen Menschen mit unveränderten Wallets stand. Gegen den, der diesen Computer beherrscht, sei es sein Besitzer oder Schadsoftware, hilft es nicht.',
    tpm2: 'Ihr Wallet hält Abstürzen, Angreifern im Netz und unehrlichen Menschen stand; das TPM dieses Computers weist auch zurückgespielte oder geklonte Datenträger ab. Niemanden, der das laufende Programm beherrscht, kann es aufhalten.',
  },
});
