import type { Section } from '../text.ts';

export const accountData = {
  title: {
    en: 'Download your data',
    de: 'Ihre Daten herunterladen',
    fr: 'Télécharger vos données',
    es: 'Descargar sus datos',
    sv: 'Ladda ner dina uppgifter',
  },
  lead: {
    en: 'One file with all we hold about you: your profile, where you’re signed in, applications with access, and which mails we sent you. It’s JSON, which programs read too.',
    de: 'Eine Datei mit allem, was wir über Sie haben: Ihr Profil, wo Sie angemeldet sind, Anwendungen mit Zugriff, und welche E-Mails wir Ihnen geschickt haben. Es ist JSON, das auch Programme lesen.',
    fr: 'Un fichier avec tout ce que nous avons sur vous : votre profil, vos connexions, les applications autorisées et les e-mails que nous vous avons envoyés. C’est du JSON, que des programmes lisent aussi.',
    es: 'Un archivo con todo lo que tenemos sobre usted: su perfil, dónde ha iniciado sesión, las aplicaciones con acceso y qué correos le hemos enviado. Es JSON, que también leen los programas.',
    sv: 'En fil med allt vi har om dig: din profil, var du är inloggad, appar med åtkomst och vilka mejl vi har skickat till dig. Den är i JSON, som även program läser.',
  },
  submit: {
    en: 'Download',
    de: 'Herunterladen',
    fr: 'Télécharger',
    es: 'Descargar',
    sv: 'Ladda ner',
  },
} satisfies Section;
