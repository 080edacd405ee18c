import type { Section } from '../text.ts';

/** What is said of a new password while it is typed. */
export const passwordStrength = {
  short: {
    en: 'Still short of {min} characters.',
    de: 'Noch keine {min} Zeichen.',
    fr: 'Pas encore {min} caractères.',
    es: 'Aún no llega a {min} caracteres.',
    sv: 'Ännu inte {min} tecken.',
  },
  repeats: {
    en: 'The same again and again is easy to guess.',
    de: 'Immer wieder dasselbe ist leicht zu erraten.',
    fr: 'Une répétition est facile à deviner.',
    es: 'Lo que se repite es fácil de adivinar.',
    sv: 'Samma sak om och om igen är lätt att gissa.',
  },
  own: {
    en: 'Others know your name and address: leave them out.',
    de: 'Ihren Namen und Ihre Adresse kennen auch andere: Lassen Sie sie weg.',
    fr: 'D’autres connaissent votre nom et votre adresse, ne les utilisez pas.',
    es: 'Otras personas conocen su nombre y su dirección: no los use.',
    sv: 'Andra känner till ditt namn och din adress: utelämna dem.',
  },
  fair: {
    en: 'Long enough. One more word makes it stronger.',
    de: 'Lang genug. Mit einem Wort mehr wird es stärker.',
    fr: 'Assez long. Un mot de plus le rend plus sûr.',
    es: 'Suficientemente larga. Con una palabra más será más segura.',
    sv: 'Långt nog. Ett ord till gör det starkare.',
  },
  strong: {
    en: 'A long one, hard to guess.',
    de: 'Lang und schwer zu erraten.',
    fr: 'Long et difficile à deviner.',
    es: 'Larga y difícil de adivinar.',
    sv: 'Långt och svårt att gissa.',
  },
} satisfies Section;
