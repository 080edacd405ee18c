import type { Section } from '../text.ts';

export const accountName = {
  title: {
    en: 'What should we call you?',
    de: 'Wie sollen wir Sie nennen?',
    fr: 'Comment vous appeler ?',
    es: '¿Cómo debemos llamarle?',
    sv: 'Vad ska vi kalla dig?',
  },
  lead: {
    en: 'Applications that may see your name see this one.',
    de: 'Anwendungen, die Ihren Namen sehen dürfen, sehen diesen.',
    fr: 'C’est ce nom que voient les applications qui y ont accès.',
    es: 'Este es el nombre que ven las aplicaciones que pueden verlo.',
    sv: 'Appar som får se ditt namn ser det här.',
  },
  save: {
    en: 'Save',
    de: 'Speichern',
    fr: 'Enregistrer',
    es: 'Guardar',
    sv: 'Spara',
  },
} satisfies Section;
