import type { Section } from '../text.ts';

export const accountEmailSent = {
  title: {
    en: 'Check your mail',
    de: 'Prüfen Sie Ihr Postfach',
    fr: 'Consultez vos e-mails',
    es: 'Revise su correo',
    sv: 'Kolla din e-post',
  },
  lead: {
    en: 'We sent a mail to <strong>{email}</strong>. Its link works for 24 hours. Until you’ve opened it, you sign in with <strong>{current}</strong>.',
    de: 'Wir haben eine E-Mail an <strong>{email}</strong> geschickt. Ihr Link gilt 24 Stunden. Bis Sie ihn geöffnet haben, melden Sie sich mit <strong>{current}</strong> an.',
    fr: 'Nous avons envoyé un e-mail à <strong>{email}</strong>. Son lien est valable 24 heures. Tant que vous ne l’avez pas ouvert, connectez-vous avec <strong>{current}</strong>.',
    es: 'Hemos enviado un correo a <strong>{email}</strong>. Su enlace es válido durante 24 horas. Hasta que lo abra, inicie sesión con <strong>{current}</strong>.',
    sv: 'Vi har skickat ett mejl till <strong>{email}</strong>. Länken i det gäller i 24 timmar. Tills du har öppnat den loggar du in med <strong>{current}</strong>.',
  },
  no_mail: {
    en: 'No mail? Look in your spam folder first, then <a href="{url}">ask for another</a>.',
    de: 'Keine E-Mail da? Sehen Sie zuerst im Spam-Ordner nach, und <a href="{url}">fordern Sie sonst eine weitere an</a>.',
    fr: 'Pas d’e-mail ? Regardez d’abord dans vos courriers indésirables, puis <a href="{url}">demandez-en un autre</a>.',
    es: '¿No le ha llegado? Mire primero en el correo no deseado y después <a href="{url}">pida otro</a>.',
    sv: 'Har inget mejl kommit? Titta först i skräpposten och <a href="{url}">be sedan om ett nytt</a>.',
  },
} satisfies Section;
