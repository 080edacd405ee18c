import type { Section } from '../text.ts';

/** What a candidate is told who comes to the account page. */
export const accountCandidate = {
  title: {
    en: 'You’re here for an assessment',
    de: 'Sie sind für einen Test hier',
    fr: 'Vous êtes ici pour une évaluation',
    es: 'Está aquí para una evaluación',
    sv: 'Du är här för ett prov',
  },
  lead: {
    en: 'It needs no account, so there’s nothing to look after here.',
    de: 'Er braucht kein Konto, deshalb gibt es hier nichts zu verwalten.',
    fr: 'Elle ne demande pas de compte : il n’y a rien à gérer ici.',
    es: 'No requiere una cuenta, así que aquí no hay nada que gestionar.',
    sv: 'Det behövs inget konto, så det finns inget att sköta här.',
  },
  sign_in: {
    en: 'You have an account as well? <a href="{url}">Sign in</a>. The assessment is signed out in this browser then; what you saved is kept.',
    de: 'Sie haben auch ein Konto? <a href="{url}">Melden Sie sich an</a>. Vom Test werden Sie in diesem Browser dann abgemeldet; was Sie gespeichert haben, bleibt erhalten.',
    fr: 'Vous avez aussi un compte ? <a href="{url}">Ouvrez une session</a>. Celle de l’évaluation se terminera alors dans ce navigateur ; ce que vous avez enregistré est conservé.',
    es: '¿Tiene también una cuenta? <a href="{url}">Inicie sesión</a>. La de la evaluación se cerrará entonces en este navegador; lo que guardó se conserva.',
    sv: 'Har du också ett konto? <a href="{url}">Logga in</a>. Då loggas du ut från provet i den här webbläsaren; det du har sparat finns kvar.',
  },
} satisfies Section;
