import type { Section } from '../text.ts';

/** The mailbox of development. */
export const mailbox = {
  title: {
    en: 'Mailbox',
    de: 'Postfach',
    fr: 'Boîte aux lettres',
    es: 'Buzón',
    sv: 'Brevlåda',
  },
  lead: {
    en: 'Every mail that Gatehouse would send, newest first. It’s kept in memory, in development only: nothing leaves this machine.',
    de: 'Alle E-Mails, die Gatehouse senden würde, die neuesten zuerst. Sie bleiben im Arbeitsspeicher, nur in der Entwicklung: Nichts verlässt diesen Rechner.',
    fr: 'Tous les e-mails que Gatehouse enverrait, les plus récents d’abord. Ils restent en mémoire, en développement seulement : rien ne quitte cette machine.',
    es: 'Todos los correos que Gatehouse enviaría, los más recientes primero. Se guardan en la memoria, solo durante el desarrollo: nada sale de este equipo.',
    sv: 'Alla mejl som Gatehouse skulle skicka, de senaste först. De finns bara i minnet, under utveckling: inget lämnar den här datorn.',
  },
  none: {
    en: 'No mail yet. Create an account, and load this page again.',
    de: 'Noch keine E-Mails. Legen Sie ein Konto an, und laden Sie diese Seite neu.',
    fr: 'Pas encore d’e-mail. Créez un compte, puis rechargez cette page.',
    es: 'Aún no hay correos. Cree una cuenta y vuelva a cargar esta página.',
    sv: 'Inga mejl än. Skapa ett konto och läs in sidan igen.',
  },
  sent: {
    en: 'To <strong>{to}</strong>, <time datetime="{datetime}">{at}</time>',
    de: 'An <strong>{to}</strong>, <time datetime="{datetime}">{at}</time>',
    fr: 'À <strong>{to}</strong>, <time datetime="{datetime}">{at}</time>',
    es: 'Para <strong>{to}</strong>, <time datetime="{datetime}">{at}</time>',
    sv: 'Till <strong>{to}</strong>, <time datetime="{datetime}">{at}</time>',
  },
  text: {
    en: 'Text of the mail',
    de: 'Text der E-Mail',
    fr: 'Texte de l’e-mail',
    es: 'Texto del correo',
    sv: 'Mejlets text',
  },
} satisfies Section;
